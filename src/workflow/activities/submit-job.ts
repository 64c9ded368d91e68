import { randomUUID } from 'node:crypto';
import { nowIso } from '../../clock.ts';
import { jobError } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import type { SubmissionOutcome } from '../../kinds/kind.ts';
import { changeOpenJob } from '../change-job.ts';
import type { Intent, Versioned } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { Steps, SubmitResult } from '../steps.ts';
import { acceptedBy, isGivenUp, outcomeOf } from './intents.ts';
import { readOpenRow } from './job-context.ts';
import { kindOf } from '../kind-of.ts';
import { recordOutcome, repeatCreate, sendCreate, sendingOf } from './send-create.ts';

type Input = Steps['submitJob']['input'];

/**
 * Sends the create of one intent, at most once however often this runs: only the run whose insert
 * created the intent may send. Everything that may fail beforehand is done beforehand, because an
 * intent that was inserted and not sent can no longer be told from one that was.
 */
export async function submitJob(services: ServicesWithEngine, input: Input): Promise<SubmitResult> {
  const { jobId, intent: number } = input;
  const row = await readOpenRow(services, jobId);
  if (!row) return { outcome: 'ended' };
  const isEntered = row.value.intent >= number;
  const known = isEntered ? await services.index.readIntent(jobId, number) : undefined;
  if (known) return knownOutcome(services, row.value, known);
  const before = number > 1 ? await services.index.readIntent(jobId, number - 1) : undefined;
  // Its answer came late, but it came: nothing is to be sent again.
  if (before && acceptedBy(before)) {
    const result = await outcomeOf(services, before);
    return result.outcome === 'accepted' ? { ...result, intent: before.number } : result;
  }
  const uncertainBefore = before?.outcome?.outcome === 'uncertain';
  if (row.value.cancelRequestedAt) return { outcome: 'cancelled' };
  return insertAndSend(services, row, input, uncertainBefore);
}

function knownOutcome(
  services: ServicesWithEngine,
  job: Job,
  known: Intent,
): Promise<SubmitResult> {
  const repeats = kindOf(job).repeatable && !known.outcome;
  return repeats ? repeatCreate(services, job, known) : outcomeOf(services, known);
}

async function insertAndSend(
  services: ServicesWithEngine,
  row: Versioned<Job>,
  { intent: number, reference }: Input,
  uncertainBefore: boolean,
): Promise<SubmitResult> {
  const job = row.value;
  const sending = await sendingOf(services, job);
  const entered = await enterSubmission(services, row, number, uncertainBefore);
  if (isTerminal(entered.status)) return { outcome: 'ended' };
  const intent: Intent = {
    jobId: job.id,
    number,
    attempt: randomUUID(),
    createdAt: nowIso(),
    ...(reference === undefined ? {} : { reference }),
  };
  if ((await services.index.insertIntent(intent)) === 'exists') {
    const known = (await services.index.readIntent(job.id, number)) ?? intent;
    return knownOutcome(services, job, known);
  }
  const wanted = await lastLook(services, intent);
  if (isGivenUp(intent) || wanted === 'no') {
    return recordOutcome(services, job, intent, notSent());
  }
  return sendCreate(services, job, intent, sending, wanted === 'unknown' ? undefined : wanted);
}

/**
 * A run that saw no intent may have ended the job meanwhile: whoever looks after this one's insert
 * sees the intent, so one more look at the row is enough. When it fails, everything still says yes.
 */
async function lastLook(
  { index }: ServicesWithEngine,
  intent: Intent,
): Promise<Versioned<Job> | 'no' | 'unknown'> {
  try {
    const row = await index.read(intent.jobId);
    return row && isWanted(row.value, intent) ? row : 'no';
  } catch {
    return 'unknown';
  }
}

/** Where a newer submission was entered, this one was taken for never begun. */
function isWanted({ status, cancelRequestedAt, intent }: Job, { number }: Intent): boolean {
  return !isTerminal(status) && !cancelRequestedAt && intent <= number;
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

/**
 * Before its intent is inserted, so that the row leads to every intent. Told once per submission: a
 * run that comes late must not take back what followed.
 */
async function enterSubmission(
  services: ServicesWithEngine,
  row: Versioned<Job>,
  number: number,
  uncertainBefore: boolean,
): Promise<Job> {
  const warnings = uncertainBefore
    ? [`Submission ${number - 1} got no answer and was sent again: the work may be paid for twice.`]
    : [];
  const enter = (now: Job) => {
    if (now.intent >= number) return undefined;
    return {
      ...(now.status === 'action-required' ? ({ status: 'queued' } as const) : {}),
      phase: 'submitting' as const,
      intent: number,
      actions: [],
      warnings: [...now.warnings, ...warnings],
    };
  };
  return changeOpenJob(services, row.value.id, enter, row);
}
