import type { HostClock } from '../contracts.ts';

/** Lets callers wait until instances have ended. */
export class EndWatch {
  readonly #clock: HostClock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: HostClock) {
    this.#clock = clock;
  }

  /** Resolves when the instance ends, or after `timeout` milliseconds if that is earlier. */
  async wait(instanceId: string, timeout: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(instanceId) ?? new Set();
    this.#waiting.set(instanceId, waiting.add(resolve));
    const alarm = this.#clock.at(this.#clock.now() + timeout, resolve);
    await promise;
    alarm.cancel();
    waiting.delete(resolve);
  }

  /** To be called when an instance has ended. */
  ended(instanceId: string): void {
    this.#waiting.get(instanceId)?.forEach((resolve) => resolve());
    this.#waiting.delete(instanceId);
  }
}
