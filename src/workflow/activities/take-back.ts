import type { JobError } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import type { Services } from '../services.ts';
import { acceptedBy, newestIntent } from './intents.ts';
import { kindOf } from '../kind-of.ts';
import { unwatch } from './listed-work.ts';

/**
 * Upstream turned away what it had accepted: its intent is shown not accepted after all, so that the
 * next one is neither warned of nor taken for a repeat.
 */
export async function takeBack(
  services: Services,
  job: Job,
  { upstreamId }: { upstreamId: string },
  error: JobError,
): Promise<void> {
  const intent = await newestIntent(services, job);
  if (!intent || acceptedBy(intent)?.id !== upstreamId) return;
  if (job.upstream?.id === upstreamId) await unwatch(services, job);
  const { deployment } = job;
  if (kindOf(job).find) await services.index.removeClaim({ deployment, upstreamId });
  const refused = { outcome: 'not-accepted', error, retry: { when: 'until-deadline' } } as const;
  await services.index.resolveIntent(intent, refused);
}
