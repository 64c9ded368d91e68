import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal } from '../../../src/jobs/status.ts';
import type { JobDocument } from '../../../src/jobs/job.ts';
import { JobsApi, type Answer } from '../../support/jobs-api.ts';
import { SimulatorControl } from '../../support/simulator-control.ts';
import { handIn } from '../doors.ts';
import type { PlannedJob } from './plan.ts';
import { persistently, type StackUnderFire } from './stack-under-fire.ts';

/** How long a job may take to end, in real milliseconds; locks of a killed host are among it. */
const PATIENCE = 60_000;

/** What became of a job, as its user saw it. */
export interface Life {
  planned: PlannedJob;
  /** As it was when it was first seen to have ended. */
  ended: JobDocument;
  /** How many times the user chose `resubmit`. */
  resubmissions: number;
  abandoned: boolean;
}

/** The request's text names the job, so that faults and creates can be told apart. */
export function requestOf({ id }: PlannedJob): Record<string, unknown> {
  return { model: 'gpt-5.1', input: `What becomes of ${id}?` };
}

/** Hands in one job, cancels it if so planned, answers when it asks, and waits for its end. */
export class User {
  readonly #fire: StackUnderFire;
  readonly #planned: PlannedJob;
  #resubmissions = 0;
  #abandoned = false;

  constructor(fire: StackUnderFire, planned: PlannedJob) {
    this.#fire = fire;
    this.#planned = planned;
  }

  /** @throws Error when a step does not work within a minute, whatever was killed. */
  async live(): Promise<Life> {
    const { id, door, fate, handInAfter, cancelAfter } = this.#planned;
    await delay(handInAfter);
    await persistently(`planning the fate of ${id}`, () => this.#planFate());
    const envelope = { id, kind: 'response', request: requestOf(this.#planned) };
    await persistently(`handing in ${id}`, () => handIn(door, this.#fire.addresses, envelope));
    if (fate === 'cancelled') {
      await delay(cancelAfter);
      await persistently(`cancelling ${id}`, () => this.#post(`/jobs/${id}/cancel`));
    }
    const ended = await persistently(`ending ${id}`, () => this.#ended(), PATIENCE);
    const { planned, resubmissions, abandoned } = {
      planned: this.#planned,
      resubmissions: this.#resubmissions,
      abandoned: this.#abandoned,
    };
    return { planned, ended, resubmissions, abandoned };
  }

  async #planFate(): Promise<void> {
    await new SimulatorControl(this.#fire.addresses.azureOpenAI).fault({
      route: 'POST /responses',
      match: { bodyContains: `${this.#planned.id}?` },
      ...this.#fault(),
    });
  }

  #fault(): Record<string, unknown> {
    const { fate, durationSeconds } = this.#planned;
    switch (fate) {
      case 'throttled':
        return { status: 429, times: 2, headers: { 'retry-after': '20' } };
      case 'answer-lost':
        return { answerLost: true, durationSeconds };
      case 'failing':
        return {
          durationSeconds,
          outcome: { status: 'failed', error: { code: 'server_error', message: 'It broke.' } },
        };
      default:
        return { durationSeconds };
    }
  }

  /** @throws Error as long as the job has not ended. */
  async #ended(): Promise<JobDocument> {
    const job = await this.#api.job(this.#planned.id);
    if (job && isTerminal(job.status)) return job;
    if (job?.status === 'action-required' && job.actions.length > 0) await this.#choose();
    throw new Error(`It is ${JSON.stringify(job)}.`);
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
