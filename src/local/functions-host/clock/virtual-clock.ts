import type { HostClock } from '../contracts.ts';

interface DueThing {
  due: number;
  callback: () => void;
}

/** How much faster than the machine's own virtual time passes at most, unless a bound asks for it. */
const SPEED = 300;
/** Real milliseconds: no jump waits longer, however far it is. */
const LONGEST_REST = 200;

export interface VirtualClockOptions {
  /** Where virtual time starts, in milliseconds since the epoch. */
  now: number;
  /** Time does not pass beyond this moment; `null` for no bound. */
  until: number | null;
  /** Called with the new time before anything sees it. */
  advanced(now: number): void;
}

/**
 * Time that stands still while anything is in flight and jumps to the next due thing when nothing is.
 *
 * A hand-over between two parts of the host (a result arrives, the next invocation starts) may leave
 * nothing in flight for an instant, so the clock looks again after two turns of the event loop.
 *
 * Where no bound says how far time is wanted it passes no faster than {@link SPEED} times the machine's
 * own: while something real is waited for, timers and retries would keep the machine busy for days.
 */
export class VirtualClock implements HostClock {
  readonly #options: VirtualClockOptions;
  readonly #things = new Set<DueThing>();
  #now: number;
  #until: number | null;
  #step = 0;
  #holds = 0;
  /** Counts everything that happens, so that a look in between is noticed. */
  #changes = 0;
  #looking = false;
  #resting = false;
  #rested = false;

  constructor(options: VirtualClockOptions) {
    this.#options = options;
    this.#now = options.now;
    this.#until = options.until;
  }

  now(): number {
    return this.#now;
  }

  get holds(): number {
    return this.#holds;
  }

  get until(): number | null {
    return this.#until;
  }

  get step(): number {
    return this.#step;
  }

  /**
   * Lets time pass, from now on, until a moment.
   *
   * @param until milliseconds since the epoch, `null` for no bound.
   * @param step milliseconds that time jumps beyond the next due thing, never beyond the bound: what
   *   is due within a step happens together, as on a machine that had slept for so long.
   */
  pass(until: number | null, step = 0): void {
    this.#until = until;
    this.#step = step;
    this.#changed();
  }

  /** When the next thing is due, `null` when nothing is. */
  get next(): number | null {
    return this.#first()?.due ?? null;
  }

  at(due: number, callback: () => void): { cancel(): void } {
    const thing = { due, callback };
    this.#things.add(thing);
    // What is due already needs no time to pass, so nothing in flight holds it up.
    if (due <= this.#now) setImmediate(() => this.#fire(thing));
    else this.#changed();
    return { cancel: () => void this.#things.delete(thing) };
  }

  hold(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      this.#changed();
    };
  }

  #changed(): void {
    this.#changes += 1;
    if (this.#looking) return;
    this.#looking = true;
    this.#lookAfterTwoTurns();
  }

  #lookAfterTwoTurns(): void {
    const changes = this.#changes;
    setImmediate(() =>
      setImmediate(() => {
        if (changes !== this.#changes) return this.#lookAfterTwoTurns();
        this.#looking = false;
        const rest = this.#rested ? 0 : this.#restBeforeNext();
        if (rest >= 1) return this.#rest(rest);
        this.#rested = false;
        this.#advance();
      }),
    );
  }

  /** Real milliseconds. */
  #restBeforeNext(): number {
    const due = this.#first()?.due;
    if (due === undefined || this.#until !== null || this.#holds > 0) return 0;
    return Math.min((due - this.#now) / SPEED, LONGEST_REST);
  }

  #rest(milliseconds: number): void {
    if (this.#resting) return;
    this.#resting = true;
    setTimeout(() => {
      this.#resting = false;
      this.#rested = true;
      this.#changed();
    }, milliseconds);
  }

  #advance(): void {
    const next = this.#first();
    if (this.#holds > 0 || !next) return;
    if (this.#until !== null && next.due > this.#until) return;
    if (next.due > this.#now) this.#jump(next.due);
    // All of the moment together: they are due however long one of them is in flight.
    const due = [...this.#things].filter((thing) => thing.due <= this.#now);
    for (const thing of due.sort((one, other) => one.due - other.due)) this.#fire(thing);
    this.#changed();
  }

  #jump(due: number): void {
    this.#now = Math.min(due + this.#step, this.#until ?? Infinity);
    this.#options.advanced(this.#now);
  }

  #fire(thing: DueThing): void {
    if (this.#things.delete(thing)) thing.callback();
  }

  #first(): DueThing | undefined {
    let first: DueThing | undefined;
    for (const thing of this.#things) if (!first || thing.due < first.due) first = thing;
    return first;
  }
}
