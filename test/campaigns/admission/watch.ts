import type { DeploymentLimits } from '../../../src/workflow/ports.ts';
import { DEPLOYMENT, type World } from '../../support/in-memory/world.ts';

/** Ten minutes until a waiter asks again, and what its process may need to come back to life. */
const LONGEST_IDLE = 15 * 60_000;

/** Sees everything, and says what must not be. */
export class Watch {
  readonly violations: string[] = [];
  readonly started: string[] = [];
  readonly #world: World;
  readonly #places: number;
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();
  #idleSince: number | undefined;

  constructor(world: World, { concurrent = Infinity }: DeploymentLimits) {
    this.#world = world;
    this.#places = concurrent;
  }

  arrived(id: string): void {
    this.#waiting.add(id);
  }

  starts(id: string): void {
    this.#waiting.delete(id);
    this.#running.add(id);
    this.started.push(id);
    this.#idleSince = undefined;
    if (this.#running.size > this.#places) this.#complain(`${this.#running.size} run at once`);
  }

  ends(id: string): void {
    this.#running.delete(id);
  }

  /** After each operation on the world. */
  looks(): void {
    const { holders } = this.#world.admission.desk(DEPLOYMENT);
    if (holders.length > this.#places) this.#complain(`${holders.length} hold a place`);
    const ids = new Set(holders.map(({ jobId }) => jobId));
    if (ids.size < holders.length) this.#complain('one job holds two places');
    for (const id of this.#running) {
      if (this.#places < Infinity && !ids.has(id)) this.#complain(`${id} runs without a place`);
    }
  }

  /** Nobody waits long while there is room, unless what it takes to go on is away. */
  looksAfterAMinute(now: number, away: boolean): void {
    const idle = !away && this.#running.size < this.#places && this.#waiting.size > 0;
    this.#idleSince = idle ? (this.#idleSince ?? now) : undefined;
    if (this.#idleSince === undefined || now - this.#idleSince < LONGEST_IDLE) return;
    this.#complain(`${[...this.#waiting].join()} wait though there is room`);
  }

  seesEnd(): void {
    const { holders } = this.#world.admission.desk(DEPLOYMENT);
    if (holders.length > 0) this.#complain(`${holders.length} places were lost`);
    const left = this.#world.admission.queue(DEPLOYMENT);
    if (left.length > 0) this.#complain(`${left.length} are left in the queue`);
  }

  #complain(what: string): void {
    if (!this.violations.includes(what)) this.violations.push(what);
  }
}
