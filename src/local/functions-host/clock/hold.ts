import type { HostClock } from '../contracts.ts';

/** A hold on virtual time that can be lent to an invocation, which then decides by itself. */
export class Hold {
  readonly #clock: HostClock;
  #release: (() => void) | undefined;

  constructor(clock: HostClock) {
    this.#clock = clock;
    this.#release = clock.hold();
  }

  /** Lets go until the answer is there. @param answer of a call that has been made. */
  async lend<T>(answer: Promise<T>): Promise<T> {
    this.release();
    try {
      return await answer;
    } finally {
      this.#release = this.#clock.hold();
    }
  }

  release(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
