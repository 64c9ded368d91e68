import { MANIFEST_NAME } from '../../jobs/manifest.ts';
import type { Job } from '../../jobs/job.ts';
import { changeOpenJob, describeJob } from '../change-job.ts';
import type { Services } from '../services.ts';
import type { Steps } from '../steps.ts';
import { newestIntent } from './intents.ts';
import { kindOf, readOpenJob } from './job-context.ts';

/** An event links to so many files by name; beyond that the manifest tells the rest. */
const LINKED_OUTPUTS = 20;

/** Told of a job whose last create may have been accepted without our knowing what became of it. */
const MAY_RUN_UPSTREAM =
  'It is not known whether Azure OpenAI accepted the work: it may still run and be paid for there.';

/**
 * Commits the terminal status with its event. Secrets go first: when the world hears of the end,
 * nothing of them is left. They go once more afterwards, for a run or a repeated submission that
 * came late may have stored the request again before it could see the end.
 */
export async function finishJob(
  services: Services,
  ending: Steps['finishJob']['input'],
): Promise<null> {
  const open = await readOpenJob(services, ending.jobId);
  if (open) await finish(services, open, ending);
  await services.state.sealRequest(ending.jobId, undefined);
  return null;
}

async function finish(
  services: Services,
  open: Job,
  { status, error, warning }: Steps['finishJob']['input'],
): Promise<void> {
  await removeSecrets(services, open);
  const links = await linksOf(services, open);
  const doubts = (await isInDoubt(services, open)) ? [MAY_RUN_UPSTREAM] : [];
  await changeOpenJob(services, open.id, (job) => ({
    status,
    phase: 'publishing',
    error,
    warnings: [...job.warnings, ...(warning ? [warning] : []), ...doubts],
    announce: { step: status, links },
  }));
}

/** Of an earlier intent in doubt the user was told when it was sent again. */
async function isInDoubt(services: Services, job: Job): Promise<boolean> {
  const newest = await newestIntent(services, job);
  return newest !== undefined && (newest.outcome?.outcome ?? 'uncertain') === 'uncertain';
}

async function removeSecrets(services: Services, job: Job): Promise<void> {
  const request = await services.state.readRequest(job.id, job.requestHash);
  await services.state.sealRequest(job.id, request && kindOf(job).redact(request));
  const { blob, etag } = job.source;
  if (blob && etag) await services.inbox.remove(blob, etag);
}

async function linksOf(services: Services, job: Job): Promise<Record<string, unknown>> {
  if (!job.hasManifest) return {};
  const { outputs } = await describeJob(services, job);
  return {
    manifest: services.outputs.url(job.id, MANIFEST_NAME),
    outputs: outputs.slice(0, LINKED_OUTPUTS).map(({ name, url, bytes }) => ({ name, url, bytes })),
  };
}
