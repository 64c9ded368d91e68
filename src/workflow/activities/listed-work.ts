import { clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import type { Listing, PollOutcome, UpstreamJob } from '../../kinds/kind.ts';
import type { Services } from '../services.ts';
import { deploymentOf } from './job-context.ts';
import { kindOf } from '../kind-of.ts';

/** What a list said longer ago will not do: then the work is asked for by itself. */
const LISTED_LONG_AGO = 15 * 60_000;

/** From now on the lists are to tell of this work, where its kind is watched by listing. */
export async function watch(services: Services, job: Job, upstream: UpstreamJob): Promise<void> {
  if (!kindOf(job).listing) return;
  await services.statusBoard.watch({
    endpoint: deploymentOf(services, job).endpoint,
    upstreamId: upstream.id,
    kind: job.kind,
    jobId: job.id,
    deployment: job.deployment,
    createdAt: upstream.createdAt ?? job.createdAt,
  });
}

export async function unwatch(services: Services, job: Job): Promise<void> {
  if (!kindOf(job).listing || !job.upstream) return;
  const endpoint = services.deployments.named(job.deployment)?.endpoint;
  if (endpoint === undefined) return;
  await services.statusBoard.unwatch({ endpoint, upstreamId: job.upstream.id });
}

/**
 * What the lists said of the work.
 *
 * @returns undefined when that is too long ago, so that the work itself is to be asked.
 */
export async function listedStatus(
  services: Services,
  job: Job,
  listing: Listing,
  upstreamId: string,
): Promise<PollOutcome | undefined> {
  const { endpoint } = deploymentOf(services, job);
  const listed = await services.statusBoard.read({ endpoint, upstreamId });
  // Work that is missing in a list is asked for by itself.
  if (listed?.snapshot === null) return undefined;
  if (listed) return isRecent(listed.listedAt) ? listing.read(listed.snapshot) : undefined;
  if (!isRecent(job.startedAt)) return undefined;
  return { outcome: 'running', upstream: { ...job.upstream, id: upstreamId } };
}

function isRecent(time: string | undefined): boolean {
  return clock().now() - Date.parse(time ?? '') < LISTED_LONG_AGO;
}
