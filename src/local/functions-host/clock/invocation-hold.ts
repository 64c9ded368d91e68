import type { HostClock } from '../contracts.ts';

/**
 * Holds virtual time while an invocation runs, but not while it sleeps: a sleep is a due thing of the
 * clock. Among concurrent sleeps of one invocation, time goes on while at least one of them lasts and
 * no woken one is still running on.
 */
export class InvocationHold {
  readonly #clock: HostClock;
  #release: (() => void) | undefined;
  #pending = 0;
  #over = false;

  constructor(clock: HostClock) {
    this.#clock = clock;
    this.#release = clock.hold();
  }

  /** Whether time goes on because the invocation sleeps. */
  get isAsleep(): boolean {
    return this.#release === undefined;
  }

  sleepBegan(): void {
    this.#pending += 1;
    this.#letGo();
  }

  sleepEnded(): void {
    this.#pending -= 1;
    if (this.#pending === 0 && !this.#over) this.#release ??= this.#clock.hold();
  }

  end(): void {
    this.#over = true;
    this.#letGo();
  }

  #letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
