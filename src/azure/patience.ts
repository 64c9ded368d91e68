/** Waits for one thing after another, each for so long and no longer. */
export class Patience {
  /** Aborts when one wait was too long. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #limit: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param limit of each wait, in milliseconds of real time, as the SDKs count. */
  constructor(limit: number) {
    this.#limit = limit;
    this.signal = this.#controller.signal;
  }

  /** Begins a wait, instead of the one that was on. */
  begin(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), this.#limit);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
