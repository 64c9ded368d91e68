/** Counts what is going on. */
export class InFlight {
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** @returns what to call, once, when it is over. */
  begin(): () => void {
    this.#count++;
    return () => {
      this.#count--;
    };
  }
}
