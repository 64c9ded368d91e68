import type { Patience } from './patience.ts';

/** What is sent, while it is sent: watched for progress, and for failures that are its own. */
export class Upload {
  /** What the content failed with; then it is not upstream that failed. */
  failure: { error: unknown } | undefined;
  readonly #content: AsyncIterable<Uint8Array>;
  readonly #patience: Patience;
  #isOver = false;

  /** @param patience counts while upstream takes what it is given, not while that is read. */
  constructor(content: AsyncIterable<Uint8Array>, patience: Patience) {
    this.#content = content;
    this.#patience = patience;
  }

  async *content(): AsyncGenerator<Uint8Array> {
    this.#patience.end();
    try {
      for await (const chunk of this.#content) {
        if (this.#isOver) return;
        this.#patience.begin();
        yield chunk;
        this.#patience.end();
      }
    } catch (error) {
      this.failure = { error };
      throw error;
    }
    // From now on the answer is waited for.
    this.#patience.begin();
  }

  /** Nobody wants the rest: `fetch` reads on when a call was given up, if need be a gigabyte. */
  end(): void {
    this.#isOver = true;
    this.#patience.end();
  }
}
