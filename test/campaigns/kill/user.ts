import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal } from '../../../src/jobs/status.ts';
import type { JobDocument } from '../../../src/jobs/job.ts';
import { JobsApi, type Answer } from '../../support/jobs-api.ts';
import { SimulatorControl } from '../../support/simulator-control.ts';
import { handIn, upload } from '../doors.ts';
import type { JobStatuses } from './job-statuses.ts';
import type { PlannedJob } from './plan.ts';
import { persistently, type StackUnderFire } from './stack-under-fire.ts';

/**
 * How long a job may take to end, in real milliseconds: locks of a killed host are among it, and on a
 * busy machine the other kinds of work on the same stack.
 */
const PATIENCE = 120_000;

/** What became of a job, as its user saw it. */
export interface Life {
  planned: PlannedJob;
  /** As it was when it was first seen to have ended. */
  ended: JobDocument;
  /** How many times the user chose `resubmit`. */
  resubmissions: number;
  abandoned: boolean;
}

/** Hands in one job, cancels it if so planned, answers when it asks, and waits for its end. */
export class User {
  readonly #fire: StackUnderFire;
  readonly #planned: PlannedJob;
  readonly #statuses: JobStatuses;
  #resubmissions = 0;
  #abandoned = false;

  /** @param statuses tell when it is worth asking for the job. */
  constructor(fire: StackUnderFire, planned: PlannedJob, statuses: JobStatuses) {
    this.#fire = fire;
    this.#planned = planned;
    this.#statuses = statuses;
  }

  /** @throws Error when a step does not work within a minute, whatever was killed. */
  async live(): Promise<Life> {
    const { id, handInAfter, cancelAfter } = this.#planned;
    await delay(handInAfter);
    await this.#planFaults();
    await this.#handIn();
    if (cancelAfter !== undefined) {
      await delay(cancelAfter);
      await persistently(`cancelling ${id}`, () => this.#post(`/jobs/${id}/cancel`));
    }
    const ended = await persistently(`ending ${id}`, () => this.#ended(), PATIENCE).catch(
      (error: unknown) => this.#tell(error),
    );
    const { planned, resubmissions, abandoned } = {
      planned: this.#planned,
      resubmissions: this.#resubmissions,
      abandoned: this.#abandoned,
    };
    return { planned, ended, resubmissions, abandoned };
  }

  async #handIn(): Promise<void> {
    const { id, kind, request, options, input, door } = this.#planned;
    const { addresses } = this.#fire;
    if (input) {
      await persistently(`uploading the input of ${id}`, () =>
        upload(addresses, input.blob, input.content),
      );
    }
    const more = { ...(options && { options }), ...(input && { input: { blob: input.blob } }) };
    const envelope = { id, kind, request, ...more };
    await persistently(`handing in ${id}`, () => handIn(door, addresses, envelope));
  }

  /** A fault that was taken although its answer got lost happens twice, which does no harm. */
  async #planFaults(): Promise<void> {
    const { id, faults } = this.#planned;
    for (const fault of faults) {
      await persistently(`planning the fate of ${id}`, () =>
        new SimulatorControl(this.#fire.addresses.azureOpenAI).fault(fault),
      );
    }
  }

  /** @throws Error as long as the job has not ended. */
  async #ended(): Promise<JobDocument> {
    if (!(await this.#statuses.of(this.#planned.id))) throw new Error('It goes on.');
    const job = await this.#api.job(this.#planned.id);
    if (job && isTerminal(job.status)) return job;
    if (job?.status === 'action-required' && job.actions.length > 0) await this.#choose();
    throw new Error(`It is ${JSON.stringify(job)}.`);
  }

  /** @throws Error that shows the job as it is. */
  async #tell(cause: unknown): Promise<never> {
    const job = await this.#api.job(this.#planned.id).catch(String);
    throw new Error(`It is ${JSON.stringify(job)}`, { cause });
  }

  /** Counted before it is sent: the answer may get lost. */
  async #choose(): Promise<void> {
    const { id, choice } = this.#planned;
    if (choice === 'resubmit') this.#resubmissions += 1;
    else this.#abandoned = true;
    await persistently(`choosing ${choice} for ${id}`, () =>
      this.#post(`/jobs/${id}/actions/${choice}`),
    );
  }

  /** A conflict is an answer too: what was asked for came too late, or arrived before. */
  async #post(path: string): Promise<void> {
    const answer: Answer = await this.#api.post(path);
    if (![200, 202, 409].includes(answer.status)) {
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }

  get #api(): JobsApi {
    return new JobsApi(this.#fire.addresses.functions);
  }
}
