import type { ServicesWithEngine } from '../services.ts';
import type { Steps } from '../steps.ts';
import { contextOf } from './job-context.ts';
import { kindOf } from '../kind-of.ts';

/** Deletes upstream copies after everything is home and announced. */
export async function cleanUpJob(
  services: ServicesWithEngine,
  { jobId, upstreamId, reference }: Steps['cleanUpJob']['input'],
): Promise<null> {
  const job = (await services.index.read(jobId))?.value;
  if (!job) return null;
  const kind = kindOf(job);
  const context = await contextOf(services, job);
  if (upstreamId !== undefined) {
    await kind.cleanUp(upstreamId, context);
    if (kind.find) await services.index.removeClaim({ deployment: job.deployment, upstreamId });
  }
  if (reference !== undefined) await kind.discard?.(reference, context);
  return null;
}
