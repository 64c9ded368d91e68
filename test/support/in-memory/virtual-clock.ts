import { HOST_CLOCK, type Clock } from '../../../src/clock.ts';

interface Timer {
  due: number;
  ring: () => void;
}

/** A timer that may be given up. */
export interface Alarm {
  rings: Promise<void>;
  cancel(): void;
}

/** Time that passes only when everything that could happen now has happened. */
export class VirtualClock implements Clock {
  #now: number;
  /** Earliest first; of the same moment, first set first. */
  readonly #timers: Timer[] = [];

  constructor(start = '2026-03-01T00:00:00.000Z') {
    this.#now = Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return this.alarm(this.#now + milliseconds).rings;
  }

  /** @param due milliseconds since the epoch. */
  alarm(due: number): Alarm {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = { due: Math.max(due, this.#now), ring: resolve };
    const later = this.#timers.findIndex((other) => other.due > timer.due);
    this.#timers.splice(later < 0 ? this.#timers.length : later, 0, timer);
    return { rings: promise, cancel: () => this.#forget(timer) };
  }

  /** Goes on to the next timer. @returns false when there is none. */
  async advance(): Promise<boolean> {
    await everythingSettled();
    const timer = this.#timers.shift();
    if (!timer) return false;
    this.#now = timer.due;
    timer.ring();
    return true;
  }

  /** Lets `work` run to its end, however long that takes on this clock. */
  async complete<T>(work: Promise<T>): Promise<T> {
    const waiting = new Set([work]);
    const end = () => waiting.delete(work);
    work.then(end, end);
    while (waiting.size > 0 && (await this.advance()));
    return work;
  }

  /** Lets time pass with nobody waiting for it. */
  async pass(milliseconds: number): Promise<void> {
    await this.complete(this.sleep(milliseconds));
  }

  /** From now on the app goes by this clock. @returns what puts the clock away again. */
  install(): () => void {
    const places = globalThis as Record<symbol, unknown>;
    const before = places[HOST_CLOCK];
    places[HOST_CLOCK] = this;
    return () => {
      places[HOST_CLOCK] = before;
    };
  }

  #forget(timer: Timer): void {
    const index = this.#timers.indexOf(timer);
    if (index >= 0) this.#timers.splice(index, 1);
  }
}

/** In a world in memory nothing is waited for but promises, and all of them are through by then. */
function everythingSettled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
