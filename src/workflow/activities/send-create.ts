import { jobError, LonghaulError } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import type { KindContext, SentCreate, SubmissionOutcome } from '../../kinds/kind.ts';
import type { Intent, Versioned } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { SubmitResult } from '../steps.ts';
import { outcomeOf } from './intents.ts';
import { isClaimed, recordClaimed } from './ownership.ts';
import { contextWithInputOf, requestOf } from './job-context.ts';
import { kindOf } from '../kind-of.ts';

/** Everything that a create needs, got before its intent is entered: all of it may fail. */
export interface Sending {
  request: Record<string, unknown>;
  context: KindContext;
}

export async function sendingOf(services: ServicesWithEngine, job: Job): Promise<Sending> {
  return {
    request: await requestOf(services, job),
    context: await contextWithInputOf(services, job),
  };
}

export function createOf({ number, attempt, createdAt, reference }: Intent): SentCreate {
  return {
    intent: number,
    attempt,
    createdAt,
    ...(reference === undefined ? {} : { reference }),
  };
}

/** Sends the create and records what came of it. The caller may send it. */
export async function sendCreate(
  services: ServicesWithEngine,
  job: Job,
  intent: Intent,
  { request, context }: Sending,
  known?: Versioned<Job>,
): Promise<SubmitResult> {
  const create = createOf(intent);
  const outcome = await kindOf(job).submit(request, context, create).catch(inputChanged);
  return recordOutcome(services, job, intent, outcome, known);
}

export async function recordOutcome(
  services: ServicesWithEngine,
  job: Job,
  intent: Intent,
  outcome: SubmissionOutcome,
  known?: Versioned<Job>,
): Promise<SubmitResult> {
  const owned = await ownedOutcome(services, job, outcome);
  const resolved = await recordClaimed(services.index, job, intent, owned, ['accepted']);
  return outcomeOf(services, resolved, known);
}

/** Sends the create of an intent once more, for kinds whose creates cost nothing. */
export async function repeatCreate(
  services: ServicesWithEngine,
  job: Job,
  intent: Intent,
): Promise<SubmitResult> {
  return sendCreate(services, job, intent, await sendingOf(services, job));
}

/** A body that broke off because its blob was replaced was never whole, so nothing was accepted. */
function inputChanged(error: unknown): SubmissionOutcome {
  if (!(error instanceof LonghaulError) || error.code !== 'input-changed') throw error;
  return {
    outcome: 'not-accepted',
    error: jobError(error.code, error.message),
    retry: { when: 'never' },
  };
}

/** Where work can be found, another job may have found this one's and taken it for its own. */
async function ownedOutcome(
  { index }: ServicesWithEngine,
  job: Job,
  outcome: SubmissionOutcome,
): Promise<SubmissionOutcome> {
  if (outcome.outcome !== 'accepted' || !kindOf(job).find) return outcome;
  if (await isClaimed(index, job, outcome.upstream.id)) return outcome;
  const detail = 'Azure OpenAI accepted the work, but another job has taken it for its own.';
  return { outcome: 'uncertain', error: jobError('submission-uncertain', detail) };
}
