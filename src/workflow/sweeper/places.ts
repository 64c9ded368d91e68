import { clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import { hasPlaces } from '../admission/limits.ts';
import { serve } from '../admission/serve.ts';
import type { DeploymentLimits, Holder } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import { stillRuns } from './still-runs.ts';
import { inTurn } from './in-turn.ts';
import { tallied, type Finding, type Tally } from './tally.ts';

/** Each costs a read of its job, and the few whose jobs have ended a call or two. */
const PLACES_A_RUN = 200;

/** Whoever took a place so lately may still be about to give it back. */
const LATELY = 120_000;

interface Place {
  deployment: string;
  limits: DeploymentLimits;
  holder: Holder;
}

/** Gives back the places of jobs that have ended, once their work has. */
export async function sweepPlaces(services: ServicesWithEngine, run: number): Promise<Tally> {
  const places = await settledPlaces(services);
  return tallied(inTurn(places, PLACES_A_RUN, run), (place) => look(services, place));
}

/** Deployments that the settings no longer name or limit have nobody waiting for their places. */
async function settledPlaces({ admission, deployments }: ServicesWithEngine): Promise<Place[]> {
  const places: Place[] = [];
  const settled = clock().now() - LATELY;
  for await (const { deployment, value: desk } of admission.desks()) {
    const limits = deployments.named(deployment)?.limits;
    if (!limits || !hasPlaces(limits)) continue;
    const old = desk.holders.filter(({ since }) => since <= settled);
    places.push(...old.map((holder) => ({ deployment, limits, holder })));
  }
  return places;
}

async function look(services: ServicesWithEngine, place: Place): Promise<Finding> {
  const { deployment, limits, holder } = place;
  const job = (await services.index.read(holder.jobId))?.value;
  const needed = job === undefined ? 'no' : await isNeeded(services, job);
  if (needed !== 'no') return needed === 'yes' ? 'fine' : 'failed';
  await serve(services, { deployment, limits, leaving: holder.jobId });
  return 'mended';
}

/** Collecting begins with giving the place back. */
async function isNeeded(services: ServicesWithEngine, job: Job): Promise<'yes' | 'no' | 'unknown'> {
  if (isTerminal(job.status)) return stillRuns(services, job);
  return job.phase === 'collecting' ? 'no' : 'yes';
}
