import { answerOf, unreadable, type Gone, type Unreadable } from './asking.ts';
import type { DownloadBudget } from './download-budget.ts';
import { segmentOf, validatorOf, type Segment } from './file-segment.ts';
import {
  UpstreamConnectionError,
  type Upstream,
  type UpstreamFile,
  type UpstreamReply,
} from './upstream.ts';

/** An answer that brings the file, or its beginning. */
export interface Begun {
  outcome: 'begun';
  file: UpstreamFile;
  segment: Segment;
}

/** Why a transfer gives no file, for now or for good. */
export type NoFile = { outcome: 'empty' } | Gone | Unreadable;

/** Why what was begun came to no end; `next` is the file from its first byte, where it came. */
export type TransferEnd = NoFile | { outcome: 'begin-again'; next?: Begun };

/** One file on its way from upstream, however many answers it takes. */
export class FileTransfer {
  /** Set when {@link content} threw for a reason of the transfer. */
  end: TransferEnd | undefined;
  readonly #upstream: Upstream;
  readonly #path: string;
  readonly #budget: DownloadBudget;
  #received = 0;
  /** Bytes of the whole file, as far as upstream told. */
  #total: number | undefined;
  #validator: string | undefined;

  constructor(upstream: Upstream, path: string, budget: DownloadBudget) {
    this.#upstream = upstream;
    this.#path = path;
    this.#budget = budget;
  }

  async begin(): Promise<Begun | NoFile> {
    if (!this.#budget.allows(0)) return givenUp();
    const answer = await this.#ask({});
    if (answer === undefined) return unreadable('Azure OpenAI could not be reached for a file.');
    if (!('content' in answer)) return refusal(answer);
    return asBegun(answer) ?? noFile(answer);
  }

  /** The bytes of the file, all of them, or it throws; {@link end} then says why. */
  content({ file, segment }: Begun): AsyncIterable<Uint8Array> {
    this.end = undefined;
    this.#received = 0;
    this.#total = segment.total;
    this.#validator = validatorOf(file);
    return this.#content(file, segment);
  }

  async *#content(file: UpstreamFile, segment: Segment): AsyncGenerator<Uint8Array> {
    let cut = yield* this.#segment(file, segment);
    while (!this.#isWhole(cut)) {
      const next = await this.#continuation();
      cut = yield* this.#segment(next.file, next.segment);
    }
    if (this.#received === 0) throw this.#ended({ outcome: 'empty' });
  }

  /** @returns true when the connection was cut. */
  async *#segment(
    { content }: UpstreamFile,
    { end = Infinity }: Segment,
  ): AsyncGenerator<Uint8Array, boolean> {
    try {
      for await (const chunk of content) {
        this.#received += chunk.length;
        if (this.#received > end) throw this.#ended({ outcome: 'begin-again' });
        yield chunk;
      }
      return false;
    } catch (error) {
      if (error instanceof UpstreamConnectionError) return true;
      throw error;
    }
  }

  /** Without an announced length, the end of the answer is the end of the file. */
  #isWhole(cut: boolean): boolean {
    return this.#total === undefined ? !cut : this.#received === this.#total;
  }

  async #continuation(): Promise<Begun> {
    while (this.#received > 0) {
      if (!this.#budget.allows(this.#received)) throw this.#ended(givenUp());
      const answer = await this.#ask(this.#rest());
      if (answer !== undefined) return this.#continued(answer);
    }
    throw this.#ended({ outcome: 'begin-again' });
  }

  async #continued(answer: UpstreamFile | UpstreamReply): Promise<Begun> {
    if (!('content' in answer)) {
      const outOfRange = answer.status === RANGE_NOT_SATISFIABLE;
      throw this.#ended(outOfRange ? { outcome: 'begin-again' } : refusal(answer));
    }
    const segment = segmentOf(answer);
    if (segment && this.#fits(answer, segment)) return { outcome: 'begun', file: answer, segment };
    const next = asBegun(answer);
    if (!next) await discard(answer);
    throw this.#ended({ outcome: 'begin-again', ...(next ? { next } : {}) });
  }

  /** True for the bytes that were asked for, of the file that was begun. */
  #fits(file: UpstreamFile, { start, end = Infinity, total }: Segment): boolean {
    const whole = this.#total ?? total;
    if (whole === undefined || (total ?? whole) !== whole) return false;
    if (start !== this.#received || end > whole || !this.#isSame(file)) return false;
    this.#total = whole;
    return true;
  }

  #isSame(file: UpstreamFile): boolean {
    const validator = validatorOf(file);
    return validator === undefined || (this.#validator ?? validator) === validator;
  }

  #rest(): Record<string, string> {
    const range = `bytes=${this.#received}-`;
    return this.#validator === undefined ? { range } : { range, 'if-range': this.#validator };
  }

  /** @returns undefined when there was no answer. */
  async #ask(headers: Record<string, string>): Promise<UpstreamFile | UpstreamReply | undefined> {
    try {
      return await this.#upstream.download({ path: this.#path, headers });
    } catch (error) {
      if (error instanceof UpstreamConnectionError) return undefined;
      throw error;
    }
  }

  #ended(end: TransferEnd): Error {
    this.end = end;
    return new Error(`The transfer ended without the file (${end.outcome}).`);
  }
}

const NO_CONTENT = 204;
const RANGE_NOT_SATISFIABLE = 416;

/** @returns undefined when the answer does not begin with the first byte of the file. */
function asBegun(file: UpstreamFile): Begun | undefined {
  const segment = segmentOf(file);
  const isBeginning = segment?.start === 0 && (file.status === 200 || segment.total !== undefined);
  return isBeginning ? { outcome: 'begun', file, segment } : undefined;
}

async function noFile(answer: UpstreamFile): Promise<NoFile> {
  await discard(answer);
  if (answer.status === NO_CONTENT) return { outcome: 'empty' };
  return unreadable(`Azure OpenAI answered ${answer.status} where a file was expected.`);
}

function refusal(reply: UpstreamReply): Gone | Unreadable {
  const answer = answerOf(reply);
  if (answer.outcome === 'gone' || answer.outcome === 'unreadable') return answer;
  if (answer.outcome === 'refused') return { outcome: 'unreadable', error: answer.error };
  return unreadable('Azure OpenAI answered without a file where one was expected.');
}

function givenUp(): Unreadable {
  return unreadable(
    'A file did not come whole from Azure OpenAI, again and again. It will be fetched later.',
  );
}

/** Ends the connection of an answer that nobody reads. */
async function discard({ content }: UpstreamFile): Promise<void> {
  await content[Symbol.asyncIterator]().return?.();
}
