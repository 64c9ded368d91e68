import type { Services } from '../services.ts';
import type { Steps } from '../steps.ts';
import { contextOf, kindOf } from './job-context.ts';

/** Deletes upstream copies after everything is home and announced. */
export async function cleanUpJob(
  services: Services,
  { jobId, upstreamId }: Steps['cleanUpJob']['input'],
): Promise<null> {
  const row = await services.index.read(jobId);
  if (row) await kindOf(row.value).cleanUp(upstreamId, await contextOf(services, row.value));
  return null;
}
