import { clock, nowIso } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import type { Change } from '../../jobs/transition.ts';
import type { UpstreamJob } from '../../kinds/kind.ts';
import { changeOpenJob } from '../change-job.ts';
import type { Intent, Versioned } from '../ports.ts';
import type { Services } from '../services.ts';
import type { Accepted, SubmitResult, Vanishing } from '../steps.ts';
import { watch } from './listed-work.ts';

/**
 * After the client has given up, an answer may still be on its way to the process that asked; past
 * this nobody waits for it any more (design, rule 1).
 */
const SETTLE_MARGIN = 120_000;

/** Milliseconds since the epoch after which an intent without an outcome is uncertain. */
export function settleUntil(intent: Intent, createTimeout: number): number {
  return Date.parse(intent.createdAt) + createTimeout + SETTLE_MARGIN;
}

/**
 * A process that stood still for so long must not send any more: with the time that the create may
 * take, others would count the intent as uncertain before it was answered.
 */
export function isGivenUp(intent: Intent): boolean {
  return clock().now() >= Date.parse(intent.createdAt) + SETTLE_MARGIN;
}

/**
 * The newest intent. Each is entered in the row before it is inserted, so it is the one that the row
 * names, or the one before when a crash came between.
 */
export async function newestIntent(
  { index }: Pick<Services, 'index'>,
  { id, intent: entered }: Job,
): Promise<Intent | undefined> {
  if (entered === 0) return undefined;
  const newest = await index.readIntent(id, entered);
  return newest ?? (entered > 1 ? index.readIntent(id, entered - 1) : undefined);
}

/** The work that a create was answered with, or that was found. */
export function acceptedBy(intent: Intent | undefined): UpstreamJob | undefined {
  return intent?.outcome?.outcome === 'accepted' ? intent.outcome.upstream : undefined;
}

/** What an intent's record says, with the row brought in line with it. */
export async function outcomeOf(
  services: Services,
  intent: Intent,
  known?: Versioned<Job>,
): Promise<SubmitResult> {
  const { outcome, jobId } = intent;
  if (!outcome) {
    return { outcome: 'pending', settleUntil: settleUntil(intent, services.limits.createTimeout) };
  }
  if (outcome.outcome === 'accepted') {
    const accepted = await recordAccepted(services, intent, outcome.upstream, known);
    return { outcome: 'accepted', ...accepted };
  }
  if (outcome.outcome === 'not-accepted') {
    await changeOpenJob(services, jobId, () => ({ error: outcome.error }), known);
  }
  return outcome;
}

/** The work runs upstream: from now on the job is `running`, and says so once. */
export async function recordAccepted(
  services: Services,
  { jobId, number }: Intent,
  upstream: UpstreamJob,
  known?: Versioned<Job>,
): Promise<Accepted> {
  const accept = (job: Job) => acceptance(job, number, upstream);
  const job = await changeOpenJob(services, jobId, accept, known);
  await watch(services, job, upstream);
  const newest = job.upstream?.id === upstream.id ? job.upstream : upstream;
  return { upstreamId: upstream.id, ...vanishing(newest, job) };
}

function acceptance(job: Job, number: number, upstream: UpstreamJob): Change | undefined {
  if (job.upstream?.id === upstream.id && job.status === 'running') return undefined;
  // The answer to an intent that was sent again came late: the newer work is the job's.
  if (job.upstream !== undefined && number < job.intent) return undefined;
  return {
    status: 'running',
    phase: 'polling',
    startedAt: job.startedAt ?? nowIso(),
    upstream,
    error: undefined,
    actions: [],
    ...(job.startedAt ? {} : { announce: { step: 'started' } }),
  };
}

/** What the orchestration is to know where outputs vanish upstream. */
export function vanishing(
  { expiresAt }: Pick<UpstreamJob, 'expiresAt'>,
  { sequence, startedAt, createdAt }: Job,
): Vanishing {
  const time = Date.parse(expiresAt ?? '');
  if (Number.isNaN(time)) return {};
  return { expiresAt: time, since: Date.parse(startedAt ?? createdAt), sequence };
}
