import { nowIso } from '../clock.ts';
import { LonghaulError } from '../jobs/errors.ts';
import { kindNamed } from '../kinds/index.ts';
import type { ListedWork, Listing } from '../kinds/kind.ts';
import type { Upstream } from '../kinds/upstream.ts';
import { meteredUpstream } from './admission/metered-upstream.ts';
import type { WatchedWork } from './ports.ts';
import type { ServicesWithEngine } from './services.ts';
import { wake } from './wake.ts';

/** How far upstream's clock may be from ours, milliseconds. */
const CLOCK_TOLERANCE = 600_000;

/** Work that one list tells of. */
interface Round {
  endpoint: string;
  listing: Listing;
  upstream: Upstream;
  /** By its upstream id. */
  watched: Map<string, WatchedWork>;
}

/**
 * Lists the upstream work that jobs wait for, once for each account: newest first, as far back as
 * the oldest of it. What the lists say goes to the status board, and jobs whose work has ended are
 * woken. With nothing to watch, nothing is asked. One account's trouble does not keep the others
 * waiting.
 *
 * @returns how many pieces of work are watched, and how many accounts could not be listed.
 */
export async function listWatchedWork(
  services: ServicesWithEngine,
): Promise<{ watched: number; troubled: number }> {
  let watched = 0;
  let troubled = 0;
  for (const round of await roundsOf(services)) {
    watched += round.watched.size;
    if (!(await listedOrNoted(services, round))) troubled += 1;
  }
  return { watched, troubled };
}

async function roundsOf(services: ServicesWithEngine): Promise<Round[]> {
  const rounds = new Map<string, Round>();
  for await (const work of services.statusBoard.watched()) {
    const key = `${work.endpoint} ${work.kind}`;
    const round = rounds.get(key) ?? begun(services, work);
    if (!round) continue;
    round.watched.set(work.upstreamId, work);
    rounds.set(key, round);
  }
  return [...rounds.values()];
}

/** @returns undefined when the settings no longer name the deployment: another work's may be there. */
function begun(services: ServicesWithEngine, work: WatchedWork): Round | undefined {
  const kind = kindNamed(work.kind);
  const listing = kind?.listing ?? kind?.parts?.listing;
  const { endpoint, deployment } = work;
  const reached = services.deployments.named(deployment)?.upstream;
  if (!listing || !reached) return undefined;
  const upstream = meteredUpstream(services, deployment, reached, { urgent: true });
  return { endpoint, listing, upstream, watched: new Map() };
}

async function listedOrNoted(services: ServicesWithEngine, round: Round): Promise<boolean> {
  try {
    await list(services, round);
    return true;
  } catch (error) {
    if (!(error instanceof LonghaulError)) throw error;
    const { endpoint } = round;
    services.journal.write({ event: 'listing-failed', endpoint, errorCode: error.code });
    return false;
  }
}

/** What was read counts for the time at which reading began, and only when it was read to its end. */
async function list(services: ServicesWithEngine, round: Round): Promise<void> {
  const begunAt = nowIso();
  const { endpoint, listing, upstream } = round;
  const missing = new Map(round.watched);
  const oldest = oldestOf(round) - CLOCK_TOLERANCE;
  for await (const listed of listing.list(upstream)) {
    const work = missing.get(listed.upstreamId);
    missing.delete(listed.upstreamId);
    if (work) await note(services, listing, work, listed);
    if (missing.size === 0 || Date.parse(listed.createdAt) < oldest) break;
  }
  for (const work of missing.values()) await forget(services, work);
  await services.statusBoard.putListed(endpoint, begunAt);
}

function oldestOf({ watched }: Round): number {
  return Math.min(...[...watched.values()].map(({ createdAt }) => Date.parse(createdAt)));
}

async function note(
  services: ServicesWithEngine,
  listing: Listing,
  work: WatchedWork,
  { snapshot }: ListedWork,
): Promise<void> {
  const change = await services.statusBoard.put(work, snapshot);
  if (change === 'same' || listing.read(snapshot).outcome === 'running') return;
  await wake(services, work.jobId);
}

/** Work that the list does not tell of is asked for by itself: what was said of it before is void. */
async function forget({ statusBoard }: ServicesWithEngine, work: WatchedWork): Promise<void> {
  if (await statusBoard.read(work)) await statusBoard.put(work, null);
}
