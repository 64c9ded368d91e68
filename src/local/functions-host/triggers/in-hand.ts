import { Hold } from '../clock/hold.ts';
import type { HostClock } from '../contracts.ts';

/** The messages that a trigger has taken and not yet settled; they hold virtual time. */
export class InHand {
  readonly #clock: HostClock;
  readonly #works = new Set<Promise<void>>();

  constructor(clock: HostClock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#works.size;
  }

  /**
   * @param work settles a message and must not fail. It lends its hold to the invocation, which may
   *   sleep on virtual time.
   */
  add(work: (hold: Hold) => Promise<void>): void {
    const hold = new Hold(this.#clock);
    const running = work(hold).finally(() => {
      hold.release();
      this.#works.delete(running);
    });
    this.#works.add(running);
  }

  /** Resolves when any of them is settled. */
  async any(): Promise<void> {
    await Promise.race(this.#works);
  }

  /** Resolves when all of them are settled. */
  async all(): Promise<void> {
    await Promise.all(this.#works);
  }
}
