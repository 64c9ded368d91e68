import { nowIso } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import type { SubmissionOutcome, UpstreamJob } from '../../kinds/kind.ts';
import type { Intent, OutcomeName } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import { acceptedBy } from './intents.ts';

type Index = ServicesWithEngine['index'];

/** @returns whether the work is this job's, now or since before. */
export async function isClaimed(
  index: Index,
  { id: jobId, deployment }: Job,
  upstreamId: string,
): Promise<boolean> {
  const claim = await index.claim({ deployment, upstreamId, jobId, claimedAt: nowIso() });
  return claim.jobId === jobId;
}

/**
 * Claims one of several pieces of work, any of which would do. What the job has claimed before goes
 * first: a run that comes twice may see others before it, and with two of them claimed the job whose
 * work the other is would find nothing, and pay again.
 */
export async function claimOne(
  index: Index,
  job: Job,
  candidates: readonly UpstreamJob[],
): Promise<UpstreamJob | undefined> {
  const holders = await Promise.all(candidates.map(({ id }) => holderOf(index, job, id)));
  const own = candidates.find((_, place) => holders[place] === job.id);
  if (own) return own;
  for (const candidate of candidates.filter((_, place) => holders[place] === undefined)) {
    if (await isClaimed(index, job, candidate.id)) return candidate;
  }
  return undefined;
}

/**
 * Whether all of the work is other jobs' for good: its holder has ended, or one of its intents says so.
 * Two runs of a holder may claim at the same moment, and then one of the claims is given back.
 */
export async function areOthers(
  index: Index,
  job: Job,
  candidates: readonly UpstreamJob[],
): Promise<boolean> {
  for (const { id } of candidates) {
    const holder = await holderOf(index, job, id);
    if (holder === undefined || holder === job.id) return false;
    if (!(await isHeldForGood(index, holder, id))) return false;
  }
  return true;
}

async function isHeldForGood(index: Index, holder: string, upstreamId: string): Promise<boolean> {
  const row = await index.read(holder);
  if (!row || isTerminal(row.value.status)) return true;
  for (let number = row.value.intent; number > 0; number -= 1) {
    const intent = await index.readIntent(holder, number);
    if (acceptedBy(intent)?.id === upstreamId) return true;
  }
  return false;
}

/**
 * Records how a create ended. Work that was claimed for it is given back when something else stays, which
 * another run has recorded at the same moment.
 *
 * @param unless outcomes that stay.
 * @returns the intent as it now is.
 */
export async function recordClaimed(
  index: Index,
  job: Job,
  intent: Intent,
  outcome: SubmissionOutcome,
  unless: readonly OutcomeName[],
): Promise<Intent> {
  const resolved = await index.resolveIntent(intent, outcome, unless);
  const claimed = outcome.outcome === 'accepted' ? outcome.upstream.id : undefined;
  if (claimed !== undefined && acceptedBy(resolved)?.id !== claimed) {
    await index.removeClaim({ deployment: job.deployment, upstreamId: claimed });
  }
  return resolved;
}

async function holderOf(
  index: Index,
  { deployment }: Job,
  upstreamId: string,
): Promise<string | undefined> {
  return (await index.readClaim({ deployment, upstreamId }))?.jobId;
}
