import type { Doors } from './doors.ts';
import type { Events } from './events.ts';
import { hasEnded, retryOf, type FollowedJob } from './followed-job.ts';
import { ProgressTable } from './progress.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** Everything must have ended within this, in milliseconds of real time. */
const TIME_LIMIT = 60_000;
const BETWEEN_LOOKS = 150;

/** Shows jobs while simulated time goes on, and does to them what the demo has a user do. */
export class Follower {
  readonly #doors: Doors;
  readonly #events: Events;
  readonly #time: SimulatedTime;
  readonly #table = new ProgressTable();
  readonly #end = performance.now() + TIME_LIMIT;
  readonly #cancelled = new Set<string>();
  readonly #jobs: FollowedJob[];

  /** @param jobs are kept up to date; those that come later join them. */
  constructor(doors: Doors, events: Events, time: SimulatedTime, jobs: FollowedJob[]) {
    this.#doors = doors;
    this.#events = events;
    this.#time = time;
    this.#jobs = jobs;
  }

  /** Time stands still until every door has let its jobs in. */
  async untilAccepted(): Promise<void> {
    while (this.#isInTime() && this.#jobs.some(({ document }) => document === undefined)) {
      await this.#look();
    }
  }

  async untilEnded(): Promise<void> {
    while (this.#isInTime() && !this.#jobs.every((job) => this.#isOver(job))) {
      await this.#time.goOn();
      await this.#look();
      await this.#cancelRunning();
      await this.#retryRows();
    }
  }

  #isInTime(): boolean {
    return performance.now() < this.#end;
  }

  #isOver(job: FollowedJob): boolean {
    return hasEnded(job) && job.id !== undefined && this.#events.hasTerminal(job.id);
  }

  async #look(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
    await Promise.all(this.#jobs.map((job) => this.#read(job)));
    this.#table.show(this.#time.elapsed, this.#jobs);
  }

  async #read(job: FollowedJob): Promise<void> {
    if (hasEnded(job)) return;
    const id = job.id ?? (await this.#doors.idOfOnly('batch'));
    const document = id === undefined ? undefined : await this.#doors.read(id);
    if (document) Object.assign(job, { id: document.id, document });
  }

  async #cancelRunning(): Promise<void> {
    for (const { id, expected, document } of this.#jobs) {
      if (expected !== 'cancelled' || document?.status !== 'running') continue;
      if (id === undefined || this.#cancelled.has(id)) continue;
      this.#cancelled.add(id);
      await this.#doors.cancel(id);
    }
  }

  /** A batch offers it once it has ended with rows that a retry can help. */
  async #retryRows(): Promise<void> {
    const retried = new Set(this.#jobs.flatMap(({ retryOf }) => retryOf ?? []));
    const offering = this.#jobs.filter(({ document }) => document?.actions.includes('retry-rows'));
    for (const { id, name } of offering) {
      if (id === undefined || retried.has(id)) continue;
      this.#jobs.push(retryOf(id, name, await this.#doors.retryRows(id)));
    }
  }
}
