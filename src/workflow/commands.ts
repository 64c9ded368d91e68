import { nowIso } from '../clock.ts';
import { LonghaulError } from '../jobs/errors.ts';
import type { Job } from '../jobs/job.ts';
import type { Action } from '../jobs/status.ts';
import { isTerminal } from '../jobs/status.ts';
import { changeJob, changeOpenJob } from './change-job.ts';
import type { ServicesWithEngine } from './services.ts';
import { wake } from './wake.ts';

/** @throws LonghaulError `job-not-found`. */
export async function readJob(
  { index }: Pick<ServicesWithEngine, 'index'>,
  id: string,
): Promise<Job> {
  const row = await index.read(id);
  if (row) return row.value;
  throw new LonghaulError(
    'job-not-found',
    `There is no job with the id "${id}". It may have been removed after its retention time.`,
  );
}

/**
 * Writes the wish to cancel and wakes the job. What comes of it is the job's to say: upstream may
 * have ended before.
 *
 * @throws LonghaulError `job-not-found`, or `already-ended` for a job that ended otherwise.
 */
export async function cancelJob(services: ServicesWithEngine, id: string): Promise<Job> {
  const job = await readJob(services, id);
  if (job.status === 'cancelled') return job;
  const wished = await changeOpenJob(services, id, (now) =>
    now.cancelRequestedAt ? undefined : { cancelRequestedAt: nowIso() },
  );
  if (isTerminal(wished.status) && wished.status !== 'cancelled') {
    throw new LonghaulError('already-ended', `Job ${id} has ended: it is ${wished.status}.`);
  }
  await wakeOpen(services, wished);
  return wished;
}

/**
 * Writes the user's answer to `action-required` and wakes the job. The same answer again is fine.
 *
 * @throws LonghaulError `job-not-found` or `action-not-offered`.
 */
export async function chooseAction(
  services: ServicesWithEngine,
  id: string,
  action: Action,
): Promise<Job> {
  await readJob(services, id);
  const job = await changeJob(services, id, (now) => choice(now, action));
  await wakeOpen(services, job);
  return job;
}

function choice(job: Job, action: Action) {
  if (job.choice?.intent === job.intent && job.choice.action === action) return undefined;
  if (job.choice?.intent !== job.intent && job.actions.includes(action)) {
    return { choice: { action, intent: job.intent }, actions: [] };
  }
  const offered = job.actions.length > 0 ? job.actions.join(', ') : 'none';
  throw new LonghaulError(
    'action-not-offered',
    `Job ${job.id} is ${job.status} and does not offer "${action}". Offered now: ${offered}.`,
  );
}

async function wakeOpen(services: ServicesWithEngine, job: Job): Promise<void> {
  if (!isTerminal(job.status)) await wake(services, job.id);
}
