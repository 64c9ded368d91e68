import { nowIso } from '../../clock.ts';
import type { CollectOutcome } from '../../kinds/kind.ts';
import { changeOpenJob } from '../change-job.ts';
import type { Services } from '../services.ts';
import type { CollectResult, Steps } from '../steps.ts';
import { contextOf, kindOf, readOpenJob } from './job-context.ts';

/** Brings the outputs home; the manifest is written last, when every file is whole. */
export async function collectOutputs(
  services: Services,
  { jobId, upstreamId }: Steps['collectOutputs']['input'],
): Promise<CollectResult> {
  const job = await readOpenJob(services, jobId);
  if (!job) return { outcome: 'collected' };
  await changeOpenJob(services, jobId, () => ({ phase: 'collecting' }));
  const outcome = await kindOf(job).collect(
    upstreamId,
    await contextOf(services, job),
    services.outputs.writer(jobId),
  );
  if (outcome.outcome === 'gone') return outcome;
  if (outcome.outcome === 'collected') return keep(services, jobId, outcome);
  const { error, retryAfter } = outcome;
  services.journal.write({ event: 'collect-unreadable', jobId, errorCode: error.code });
  return { outcome: 'unreadable', ...(retryAfter ? { retryAfter } : {}) };
}

async function keep(
  services: Services,
  jobId: string,
  { files, complete, usage, warnings, error, actions }: Extract<CollectOutcome, { files: unknown }>,
): Promise<CollectResult> {
  await services.outputs.writeManifest({ jobId, complete, createdAt: nowIso(), files });
  await changeOpenJob(services, jobId, (job) => ({
    hasManifest: true,
    warnings: [...new Set([...job.warnings, ...warnings])],
    ...(usage ? { usage } : {}),
    ...(actions ? { actions } : {}),
  }));
  return { outcome: 'collected', ...(error ? { error } : {}) };
}
