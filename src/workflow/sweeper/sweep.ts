import { clock } from '../../clock.ts';
import type { ServicesWithEngine } from '../services.ts';
import { serveQueues } from '../admission/serve-queues.ts';
import { sweepClaims } from './claims.ts';
import { sweepKinds } from './kinds.ts';
import { sweepPlaces } from './places.ts';
import { addTallies, NO_TALLY, type Tally } from './tally.ts';

/** Milliseconds between two runs; with it the number of a run follows from the time. */
export const SWEEP_INTERVAL = 600_000;

/**
 * Looks for what crashes may have left behind: places without owners, upstream work that is ours
 * and nobody carries. What is mended and what cannot be is told in one line; a part that is in
 * trouble does not keep the others waiting.
 *
 * @returns the counts of that line.
 */
export async function sweep(services: ServicesWithEngine): Promise<Record<string, Tally>> {
  await counted(services, () => serveQueues(services, { thorough: true }).then(() => NO_TALLY));
  const run = Math.floor(clock().now() / SWEEP_INTERVAL);
  const found = {
    places: await counted(services, () => sweepPlaces(services, run)),
    claims: await counted(services, () => sweepClaims(services, run)),
    kinds: await counted(services, () => sweepKinds(services)),
  };
  const { mended, failed } = Object.values(found).reduce(addTallies, NO_TALLY);
  if (mended + failed > 0) services.journal.write({ event: 'swept', ...found });
  return found;
}

async function counted(
  { journal }: ServicesWithEngine,
  work: () => Promise<Tally>,
): Promise<Tally> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    journal.write({ event: 'sweep-late', reason });
    return { ...NO_TALLY, failed: 1 };
  }
}
