import { randomUUID } from 'node:crypto';
import { nowIso } from '../../clock.ts';
import { jobError } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import type { SubmissionOutcome } from '../../kinds/kind.ts';
import { changeOpenJob } from '../change-job.ts';
import type { Intent } from '../ports.ts';
import type { Services } from '../services.ts';
import type { Steps, SubmitResult } from '../steps.ts';
import { isGivenUp, outcomeOf } from './intents.ts';
import { contextOf, kindOf, readOpenJob } from './job-context.ts';

/**
 * Sends the create of one intent, at most once however often this runs: only the run whose insert
 * created the intent may send. Everything that may fail beforehand is done beforehand, because an
 * intent that was inserted and not sent can no longer be told from one that was.
 */
export async function submitJob(
  services: Services,
  { jobId, intent: number }: Steps['submitJob']['input'],
): Promise<SubmitResult> {
  const job = await readOpenJob(services, jobId);
  if (!job) return { outcome: 'ended' };
  const known = await services.index.readIntent(jobId, number);
  if (known) return outcomeOf(services, known);
  const before = number > 1 ? await services.index.readIntent(jobId, number - 1) : undefined;
  // Its answer came late, but it came: nothing is to be sent again.
  if (before?.outcome?.outcome === 'accepted') return outcomeOf(services, before);
  const uncertainBefore = before?.outcome?.outcome === 'uncertain';
  if (job.cancelRequestedAt) return { outcome: 'cancelled' };
  return insertAndSend(services, job, number, uncertainBefore);
}

async function insertAndSend(
  services: Services,
  job: Job,
  number: number,
  uncertainBefore: boolean,
): Promise<SubmitResult> {
  const kind = kindOf(job);
  const context = await contextOf(services, job);
  const request = await storedRequest(services, job);
  await enterSubmission(services, job.id, number, uncertainBefore);
  const intent: Intent = {
    jobId: job.id,
    number,
    attempt: randomUUID(),
    createdAt: nowIso(),
  };
  if ((await services.index.insertIntent(intent)) === 'exists') {
    return outcomeOf(services, (await services.index.readIntent(job.id, number)) ?? intent);
  }
  const wanted = !isGivenUp(intent) && (await isStillWanted(services, job.id));
  const outcome = wanted ? await kind.submit(request, context) : notSent();
  return outcomeOf(services, await services.index.resolveIntent(intent, outcome, false));
}

/**
 * A run that saw no intent may have ended the job meanwhile: whoever looks after this one's insert
 * sees the intent, so one more look at the row is enough. When it fails, everything still says yes.
 */
async function isStillWanted({ index }: Services, jobId: string): Promise<boolean> {
  try {
    const job = (await index.read(jobId))?.value;
    return job !== undefined && !isTerminal(job.status) && !job.cancelRequestedAt;
  } catch {
    return true;
  }
}

function notSent(): SubmissionOutcome {
  return {
    outcome: 'not-accepted',
    error: jobError(
      'internal-error',
      'Nothing was sent: the job was no longer wanted, or its process had stood still for too long.',
    ),
    retry: { when: 'until-deadline' },
  };
}

async function storedRequest(services: Services, job: Job): Promise<Record<string, unknown>> {
  const request = await services.state.readRequest(job.id, job.requestHash);
  if (request) return request;
  throw new Error(`The request of job ${job.id} is missing from the state container.`);
}

/** Told once per submission: a run that comes late must not take back what followed. */
async function enterSubmission(
  services: Services,
  jobId: string,
  number: number,
  uncertainBefore: boolean,
): Promise<void> {
  const warnings = uncertainBefore
    ? [`Submission ${number - 1} got no answer and was sent again: the work may be paid for twice.`]
    : [];
  await changeOpenJob(services, jobId, (now) => {
    if (now.intent >= number) return undefined;
    return {
      ...(now.status === 'action-required' ? { status: 'queued' } : {}),
      phase: 'submitting',
      intent: number,
      actions: [],
      warnings: [...now.warnings, ...warnings],
    };
  });
}
