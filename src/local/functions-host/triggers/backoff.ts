/** Growing pauses between attempts, beginning anew after a success. */
export class Backoff {
  readonly #shortest: number;
  readonly #longest: number;
  #next: number;

  /** Both in milliseconds. */
  constructor(shortest: number, longest: number) {
    this.#shortest = shortest;
    this.#longest = longest;
    this.#next = shortest;
  }

  reset(): void {
    this.#next = this.#shortest;
  }

  /** Milliseconds to wait before the next attempt; twice as long every time. */
  next(): number {
    const pause = this.#next;
    this.#next = Math.min(this.#next * 2, this.#longest);
    return pause;
  }
}
