import type { HostClock } from '../contracts.ts';
import type { InvocationHold } from '../clock/invocation-hold.ts';
import type { Sleep } from '../worker/messages.ts';

/** The sleeps of a worker on virtual time, and what it woke and has not run on yet, which holds time. */
export class Sleeps {
  readonly #clock: HostClock;
  /** Called when a sleep is over. */
  readonly #wake: (sleep: number) => void;
  /** What gives back the time that sleeps and woken sleeps hold, by the number of the sleep. */
  readonly #sleeps = new Map<number, () => void>();

  constructor(clock: HostClock, wake: (sleep: number) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** @param hold of the invocation that sleeps, if one does. */
  begin({ number, due }: Sleep, hold: InvocationHold | undefined): void {
    const timer = this.#clock.at(due, () => {
      hold?.sleepEnded();
      this.#sleeps.set(number, this.#clock.hold());
      this.#wake(number);
    });
    this.#sleeps.set(number, () => timer.cancel());
    hold?.sleepBegan();
  }

  /** What waited for the sleep has run on. */
  end(sleep: number): void {
    this.#sleeps.get(sleep)?.();
    this.#sleeps.delete(sleep);
  }

  endAll(): void {
    for (const sleep of this.#sleeps.keys()) this.end(sleep);
  }
}
