import { release } from '../../../src/workflow/admission/admission.ts';
import { serveQueues } from '../../../src/workflow/admission/serve-queues.ts';
import { changeOpenJob } from '../../../src/workflow/change-job.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import { SWEEP_INTERVAL, sweep } from '../../../src/workflow/sweeper/sweep.ts';
import { keepJobs } from '../../../src/workflow/upkeep.ts';
import { aJob } from '../../../test/support/in-memory/a-job.ts';
import { Agenda } from './agenda.ts';
import { CountedEngine } from './counted-engine.ts';

const MINUTE = 60_000;
const BEGINNING = Date.parse('2026-03-01T00:00:00.000Z');

/** A deployment with few places, many jobs before it, and the timers of the app. */
export class WaitingHour {
  readonly #agenda = new Agenda(BEGINNING);
  readonly #engine: CountedEngine;
  readonly #services: ServicesWithEngine;
  readonly #runs: number;
  letIn = 0;

  /** @param runs milliseconds for which a job runs that was let in. */
  constructor(services: ServicesWithEngine, runs: number) {
    this.#runs = runs;
    const withEngine = () => this.#services;
    this.#engine = new CountedEngine(this.#agenda, withEngine, (id) => this.#begin(id));
    this.#services = { ...services, orchestrations: this.#engine };
  }

  /** Until as many as may are let in and all others wait. */
  async handIn(jobs: number): Promise<void> {
    for (let number = 0; number < jobs; number += 1) {
      this.#agenda.enter(BEGINNING + number, async () => {
        const createdAt = new Date(this.#agenda.now()).toISOString();
        const id = `job-${number}`;
        await this.#services.index.insert(aJob({ id, createdAt }));
        await this.#services.orchestrations.start(id);
      });
    }
    await this.#agenda.passUntil(BEGINNING + jobs);
  }

  /** @returns how many operations the host was asked for. */
  async pass(minutes: number): Promise<number> {
    this.#engine.operations = 0;
    const from = this.#agenda.now();
    for (let minute = 1; minute <= minutes; minute += 1) {
      this.#agenda.enter(from + minute * MINUTE, () => this.#timers());
    }
    await this.#agenda.passUntil(from + minutes * MINUTE);
    return this.#engine.operations;
  }

  async #timers(): Promise<void> {
    const now = this.#agenda.now();
    this.#engine.operations += 1;
    await keepJobs(this.#services, now - MINUTE);
    await serveQueues(this.#services);
    if (now % SWEEP_INTERVAL >= MINUTE) return;
    this.#engine.operations += 1;
    await sweep(this.#services);
  }

  async #begin(id: string): Promise<void> {
    this.letIn += 1;
    await changeOpenJob(this.#services, id, () => ({ status: 'running', phase: 'polling' }));
    this.#agenda.enter(this.#agenda.now() + this.#runs, () => this.#end(id));
  }

  async #end(id: string): Promise<void> {
    const row = await this.#services.index.read(id);
    if (row) await release(this.#services, row.value);
    await changeOpenJob(this.#services, id, () => ({ status: 'succeeded', phase: 'publishing' }));
  }
}
