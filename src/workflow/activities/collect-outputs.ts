import { nowIso } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import type { Change } from '../../jobs/transition.ts';
import type { CollectOutcome } from '../../kinds/kind.ts';
import { release } from '../admission/admission.ts';
import { changeOpenJob } from '../change-job.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { CollectResult, Steps } from '../steps.ts';
import { contextWithInputOf, readOpenRow } from './job-context.ts';
import { kindOf } from '../kind-of.ts';

/**
 * Brings the outputs home; the manifest is written last, when every file is whole. The work has ended
 * upstream, so its place is free for the next before the long part begins.
 */
export async function collectOutputs(
  services: ServicesWithEngine,
  { jobId, upstreamId }: Steps['collectOutputs']['input'],
): Promise<CollectResult> {
  const row = await readOpenRow(services, jobId);
  if (!row) return { outcome: 'collected' };
  const job = await changeOpenJob(services, jobId, entering, row);
  await release(services, job);
  const outcome = await kindOf(job).collect(
    upstreamId,
    await contextWithInputOf(services, job),
    services.outputs.writer(jobId),
  );
  if (outcome.outcome === 'gone') return outcome;
  if (outcome.outcome === 'collected') return keep(services, jobId, outcome);
  const { error, retryAfter } = outcome;
  services.journal.write({ event: 'collect-unreadable', jobId, errorCode: error.code });
  return { outcome: 'unreadable', ...(retryAfter ? { retryAfter } : {}) };
}

function entering({ phase }: Job) {
  return phase === 'collecting' ? undefined : ({ phase: 'collecting' } as const);
}

type Collected = Extract<CollectOutcome, { files: unknown }>;

/**
 * Another run may have been quicker: upstream's copies are deleted after the end, or have expired
 * since, and what that run brought home must not be replaced by what is left.
 */
async function keep(
  services: ServicesWithEngine,
  jobId: string,
  collected: Collected,
): Promise<CollectResult> {
  const row = await readOpenRow(services, jobId);
  if (!row) return { outcome: 'collected' };
  const { complete, files, error } = collected;
  if (!complete && (await services.outputs.readManifest(jobId))?.complete) {
    await changeOpenJob(services, jobId, () => ({ hasManifest: true }), row);
    return { outcome: 'collected' };
  }
  await services.outputs.writeManifest({ jobId, complete, createdAt: nowIso(), files });
  await changeOpenJob(services, jobId, (job) => kept(job, collected), row);
  return { outcome: 'collected', ...(error ? { error } : {}) };
}

function kept({ warnings: before }: Job, { warnings, usage, actions }: Collected): Change {
  return {
    hasManifest: true,
    warnings: [...new Set([...before, ...warnings])],
    ...(usage ? { usage } : {}),
    ...(actions ? { actions } : {}),
  };
}
