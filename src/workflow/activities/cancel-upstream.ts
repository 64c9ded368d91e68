import type { ServicesWithEngine } from '../services.ts';
import type { CancelResult, Steps } from '../steps.ts';
import { contextOf, readOpenJob } from './job-context.ts';
import { kindOf } from '../kind-of.ts';

/** Asks upstream to stop the work. What it answers decides nothing yet: the next step does. */
export async function cancelUpstream(
  services: ServicesWithEngine,
  { jobId, upstreamId }: Steps['cancelUpstream']['input'],
): Promise<CancelResult> {
  const job = await readOpenJob(services, jobId);
  if (!job) return { outcome: 'gone' };
  const outcome = await kindOf(job).cancel(upstreamId, await contextOf(services, job));
  if (outcome.outcome !== 'unreadable') return outcome;
  const { error, retryAfter } = outcome;
  services.journal.write({ event: 'cancel-unreadable', jobId, errorCode: error.code });
  return { outcome: 'unreadable', ...(retryAfter ? { retryAfter } : {}) };
}
