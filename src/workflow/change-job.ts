import { nowIso } from '../clock.ts';
import { documentOf, isBeingSent, type Job, type JobDocument } from '../jobs/job.ts';
import { isTerminal } from '../jobs/status.ts';
import { transition, type Change } from '../jobs/transition.ts';
import type { Versioned } from './ports.ts';
import type { Services } from './services.ts';

/** Rivals are few (a poll, a cancel, a timer); this many lost races mean something is wrong. */
const MAXIMUM_RACES = 20;

type ChangeServices = Pick<Services, 'index' | 'state' | 'outputs' | 'journal'>;

/** What is to become of a job as it is now; no answer leaves it as it is. */
type Decide = (job: Job) => Change | undefined | Promise<Change | undefined>;

/**
 * The only way to write a job's row after it was inserted: read, decide, {@link transition},
 * compare-and-swap, again if another was faster.
 *
 * @param decide gets the row as it is now, and again as it is after each lost race.
 * @param known the row as it was just read, which saves reading it again; it need not be the newest.
 * @returns the row as it is afterwards.
 * @throws LonghaulError `storage-unavailable`; Error when the job does not exist.
 */
export async function changeJob(
  services: ChangeServices,
  id: string,
  decide: Decide,
  known?: Versioned<Job>,
): Promise<Job> {
  for (let race = 0; race < MAXIMUM_RACES; race += 1) {
    const row = (race === 0 && known) || (await services.index.read(id));
    if (!row) throw new Error(`Job ${id} has no row: it was removed while it was being worked on.`);
    const change = await decide(row.value);
    if (!change) return row.value;
    const changed = transition(row.value, change, nowIso());
    if (await services.index.replace(changed, row.version)) {
      await record(services, row.value, changed);
      return changed;
    }
  }
  throw new Error(`Job ${id} was changed by others ${MAXIMUM_RACES} times in a row.`);
}

/** As {@link changeJob}, for whoever may come late: a job that has ended stays as it is. */
export function changeOpenJob(
  services: ChangeServices,
  id: string,
  decide: Decide,
  known?: Versioned<Job>,
): Promise<Job> {
  const decideOpen: Decide = (job) => (isTerminal(job.status) ? undefined : decide(job));
  return changeJob(services, id, decideOpen, known);
}

async function record(services: ChangeServices, before: Job, after: Job): Promise<void> {
  if (before.status !== after.status || before.phase !== after.phase) journalJob(services, after);
  if (showsMore(before, after)) await showJob(services, after);
}

/** After the manifest nothing but the end comes, and an end is shown before it is told. */
function showsMore(before: Job, after: Job): boolean {
  if (after.hasManifest || isTerminal(after.status) || isBeingSent(after)) return false;
  return newsOf(before) !== newsOf(after);
}

/** How often and when next upstream is asked is told with the next news: polls are many. */
function newsOf(job: Job): string {
  return JSON.stringify({ ...documentOf(job, []), polls: 0, nextPollAt: null });
}

/** One line per transition: what alerts and people search for (design, rule 12). */
export function journalJob({ journal }: Pick<Services, 'journal'>, job: Job): void {
  journal.write({
    event: 'job-transition',
    jobId: job.id,
    kind: job.kind,
    deployment: job.deployment,
    status: job.status,
    phase: job.phase,
    ...(job.error ? { errorCode: job.error.code } : {}),
    ...(job.error?.upstream?.requestId ? { upstreamRequestId: job.error.upstream.requestId } : {}),
    ...(job.upstream ? { upstreamId: job.upstream.id } : {}),
  });
}

/**
 * Writes `state/{id}/job.json`. It only mirrors the row, so a failure is noted and mended by the
 * next transition.
 */
async function showJob(services: ChangeServices, job: Job): Promise<void> {
  try {
    await services.state.putDocument(await describeJob(services, job));
  } catch (error) {
    services.journal.write({
      event: 'job-document-late',
      jobId: job.id,
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

/** The job's document with its outputs and their addresses. */
export async function describeJob(
  { outputs }: Pick<Services, 'outputs'>,
  job: Job,
): Promise<JobDocument> {
  const manifest = job.hasManifest ? await outputs.readManifest(job.id) : undefined;
  const files = manifest?.files ?? [];
  return documentOf(
    job,
    files.map((file) => ({ ...file, url: outputs.url(job.id, file.name) })),
  );
}
