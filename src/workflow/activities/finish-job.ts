import { MANIFEST_NAME } from '../../jobs/manifest.ts';
import type { Job } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import type { Change } from '../../jobs/transition.ts';
import { secretsOf } from '../../kinds/secrets.ts';
import { release } from '../admission/admission.ts';
import { changeOpenJob, describeJob } from '../change-job.ts';
import { wakeWhole } from '../parts.ts';
import type { Versioned } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { Steps } from '../steps.ts';
import { newestIntent } from './intents.ts';
import { kindOf } from '../kind-of.ts';
import { unwatch } from './listed-work.ts';

/** An event links to so many files by name; beyond that the manifest tells the rest. */
const LINKED_OUTPUTS = 20;

/** Told of a job whose last create may have been accepted without our knowing what became of it. */
const MAY_RUN_UPSTREAM =
  'It is not known whether Azure OpenAI accepted the work: it may still run and be paid for there.';

/**
 * Commits the terminal status with its event. Secrets go first: when anybody sees the end, nothing of
 * them is left. What others wait for comes last, and again whenever this runs again: the place, and
 * the news of a part.
 */
export async function finishJob(
  services: ServicesWithEngine,
  ending: Steps['finishJob']['input'],
): Promise<null> {
  const row = await services.index.read(ending.jobId);
  if (!row) return null;
  if (!isTerminal(row.value.status)) await finish(services, row, ending);
  await letOthersGoOn(services, row.value, ending);
  return null;
}

/** Work that may still run upstream keeps its place until upkeep sees that it has ended. */
async function letOthersGoOn(
  services: ServicesWithEngine,
  job: Job,
  { mayRun }: Steps['finishJob']['input'],
): Promise<void> {
  if (!mayRun) await release(services, job);
  await unwatch(services, job);
  await wakeWhole(services, job);
}

async function finish(
  services: ServicesWithEngine,
  row: Versioned<Job>,
  ending: Steps['finishJob']['input'],
): Promise<void> {
  await sealRequest(services, row.value);
  await removeDrop(services, row.value);
  await changeOpenJob(services, ending.jobId, (job) => endOf(services, job, ending), row);
}

/** Decided of the very row that it ends: another run may have submitted or collected meanwhile. */
async function endOf(
  services: ServicesWithEngine,
  job: Job,
  { status, error, warning }: Steps['finishJob']['input'],
): Promise<Change> {
  const links = await linksOf(services, job);
  const doubts = (await isInDoubt(services, job)) ? [MAY_RUN_UPSTREAM] : [];
  return {
    status,
    phase: 'publishing',
    error,
    warnings: [...job.warnings, ...(warning ? [warning] : []), ...doubts],
    announce: { step: status, links },
  };
}

/** Of an earlier intent in doubt the user was told when it was sent again. */
async function isInDoubt(services: ServicesWithEngine, job: Job): Promise<boolean> {
  const newest = await newestIntent(services, job);
  return newest !== undefined && (newest.outcome?.outcome ?? 'uncertain') === 'uncertain';
}

/** Without secrets the stored request may stay until the end is told. */
async function sealRequest({ state }: ServicesWithEngine, job: Job): Promise<void> {
  const request = await state.readRequest(job.id, job.requestHash);
  if (!request) return;
  await state.putSealedRequest(job.id, kindOf(job).redact(request));
  if (secretsOf(request).length > 0) await state.deleteRequests(job.id);
}

/** A dropped envelope is taken away; a dropped file of work is the user's. */
async function removeDrop({ inbox }: ServicesWithEngine, { source, input }: Job): Promise<void> {
  const { blob, etag } = source;
  if (blob && etag && blob !== input?.blob) await inbox.remove(blob, etag);
}

async function linksOf(services: ServicesWithEngine, job: Job): Promise<Record<string, unknown>> {
  if (!job.hasManifest) return {};
  const { outputs } = await describeJob(services, job);
  return {
    manifest: services.outputs.url(job.id, MANIFEST_NAME),
    outputs: outputs.slice(0, LINKED_OUTPUTS).map(({ name, url, bytes }) => ({ name, url, bytes })),
  };
}
