import { HOST_CLOCK, type Clock } from '../../../src/clock.ts';

/** What is done at once; storage is real, and one process would not do more either. */
const AT_ONCE = 32;

interface Entry {
  at: number;
  work: () => Promise<void>;
}

/** Time that goes on to the next entry when the entries of a moment are done. */
export class Agenda implements Clock {
  #now: number;
  #entries: Entry[] = [];

  constructor(start: number) {
    this.#now = start;
    (globalThis as Record<symbol, unknown>)[HOST_CLOCK] = this;
  }

  now(): number {
    return this.#now;
  }

  /** Pauses between tries take no time here. */
  async sleep(): Promise<void> {}

  /** @param at milliseconds since the epoch. @returns what takes it off again. */
  enter(at: number, work: () => Promise<void>): () => void {
    const entry = { at: Math.max(at, this.#now), work };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }

  /** Does everything that is due until then, and what that brings about. */
  async passUntil(end: number): Promise<void> {
    for (;;) {
      const next = Math.min(...this.#entries.map(({ at }) => at));
      if (next > end) break;
      this.#now = next;
      await this.#do(this.#entries.filter(({ at }) => at === next).slice(0, AT_ONCE));
    }
    this.#now = end;
  }

  async #do(due: readonly Entry[]): Promise<void> {
    this.#entries = this.#entries.filter((entry) => !due.includes(entry));
    await Promise.all(due.map(({ work }) => work()));
  }
}
