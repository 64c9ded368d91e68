import { nowIso } from '../../clock.ts';
import { LonghaulError, type JobError } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import type { Examination } from '../../kinds/kind.ts';
import { changeOpenJob } from '../change-job.ts';
import type { ServicesWithEngine } from '../services.ts';
import { contextWithInputOf, requestOf } from './job-context.ts';
import { kindOf } from '../kind-of.ts';

/**
 * Lets the kind look at an input that is no request, before anything is spent.
 *
 * @returns why the job is refused; what tells more of it is among its outputs then.
 * @throws LonghaulError `input-changed`.
 */
export async function examineInput(
  services: ServicesWithEngine,
  job: Job,
): Promise<JobError | undefined> {
  const kind = kindOf(job);
  if (kind.input !== 'request' && job.input) await stillThere(services, job.input);
  if (!kind.examine) return undefined;
  const request = await requestOf(services, job);
  const context = await contextWithInputOf(services, job);
  return keep(services, job, await kind.examine(request, context, services.outputs.writer(job.id)));
}

async function stillThere(
  { inbox }: ServicesWithEngine,
  { blob, etag }: NonNullable<Job['input']>,
): Promise<void> {
  // Some tell of ETags bare, some in quotes.
  if ((await inbox.stat(blob))?.etag.replaceAll('"', '') === etag.replaceAll('"', '')) return;
  throw new LonghaulError(
    'input-changed',
    'The blob at "input.blob" was deleted or changed after the job was accepted. Send a new job for the new content.',
  );
}

async function keep(
  services: ServicesWithEngine,
  { id }: Job,
  found: Examination,
): Promise<JobError | undefined> {
  if (found.outcome === 'unfit') {
    const { files } = found;
    const manifest = { jobId: id, complete: false, createdAt: nowIso(), files };
    await services.outputs.writeManifest(manifest);
    await changeOpenJob(services, id, () => ({ hasManifest: true }));
    return found.error;
  }
  if (found.plan !== undefined) await services.state.putPlan(id, found.plan);
  await changeOpenJob(services, id, (job) => {
    const warnings = [...new Set([...job.warnings, ...found.warnings])];
    return warnings.length > job.warnings.length ? { warnings } : undefined;
  });
  return undefined;
}
