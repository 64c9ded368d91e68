import { clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import { contextOf } from '../activities/job-context.ts';
import { kindOf } from '../kind-of.ts';
import type { Claim } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import { inTurn } from './in-turn.ts';
import { tallied, type Finding, type Tally } from './tally.ts';

/** Each costs a read of its job, and the few that are left over a call or two. */
const CLAIMS_A_RUN = 100;

/** The orchestration of a job cleans up itself after the end, and tries for about an hour. */
const LEFT_TO_ITS_JOB = 2 * 3_600_000;

/**
 * Deletes the upstream work of jobs that have ended and did not come to it themselves. A claim goes
 * with what it stands for: where upstream copies are kept, when the job is forgotten.
 */
export async function sweepClaims(services: ServicesWithEngine, run: number): Promise<Tally> {
  const claims: Claim[] = [];
  for await (const claim of services.index.claims()) claims.push(claim);
  return tallied(inTurn(claims, CLAIMS_A_RUN, run), (claim) => look(services, claim));
}

async function look(services: ServicesWithEngine, claim: Claim): Promise<Finding> {
  const job = (await services.index.read(claim.jobId))?.value;
  if (job && !isLeftOver(job)) return 'fine';
  if (job) await kindOf(job).cleanUp(claim.upstreamId, await contextOf(services, job));
  await services.index.removeClaim(claim);
  return 'mended';
}

function isLeftOver(job: Job): boolean {
  if (job.endedAt === undefined) return false;
  const keeps = job.options.keepUpstream ?? kindOf(job).keepsUpstream;
  return !keeps && clock().now() - Date.parse(job.endedAt) >= LEFT_TO_ITS_JOB;
}
