/** Runs work side by side, so many pieces at once and no more. */
export class Lanes {
  readonly #limit: number;
  /** What failed stays, so that nobody can miss it. */
  readonly #running = new Set<Promise<unknown>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Begins the work as soon as there is room.
   *
   * @throws what earlier work has failed with.
   */
  async begin(work: () => Promise<unknown>): Promise<void> {
    while (this.#running.size >= this.#limit) await Promise.race(this.#running);
    const running = work();
    this.#running.add(running);
    running.then(
      () => this.#running.delete(running),
      () => undefined,
    );
  }

  /** @throws what any work has failed with. */
  async done(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Waits for all work, however it ends. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}
