/** Waits for one thing after another, each for so long and no longer. */
export class Patience {
  /** Aborts when one wait was too long. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #limit: number;
  #timer: NodeJS.Timeout | undefined;
  #waiting = false;

  /** @param limit of each wait, in milliseconds of real time, as the SDKs count. */
  constructor(limit: number) {
    this.#limit = limit;
    this.signal = this.#controller.signal;
  }

  /** Begins a wait, instead of the one that was on. One timer serves them all: there are thousands. */
  begin(): void {
    this.#waiting = true;
    this.#timer = this.#timer?.refresh() ?? this.#started();
  }

  end(): void {
    this.#waiting = false;
  }

  /** Whatever is waited for keeps the process alive, not the timer. */
  #started(): NodeJS.Timeout {
    return setTimeout(() => {
      if (this.#waiting) this.#controller.abort();
    }, this.#limit).unref();
  }
}
