import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PollOutcome } from '../../../src/kinds/kind.ts';
import { admitJob } from '../../../src/workflow/activities/admit-job.ts';
import { collectOutputs } from '../../../src/workflow/activities/collect-outputs.ts';
import { finishJob } from '../../../src/workflow/activities/finish-job.ts';
import { pollJob } from '../../../src/workflow/activities/poll-job.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { World } from '../../support/in-memory/world.ts';
import { given, known, theKind } from './searched-job.ts';

const jobId = 'job-1';
const poll = { jobId, upstreamId: 'video-1', poll: 1, wait: 20_000 };

let world: World;
let cleanUps: (() => void)[];
let status: PollOutcome;
let holdersWhileCollecting: string[];

beforeEach(async () => {
  world = new World();
  world.deployment = { ...world.deployment, limits: { concurrent: 1 } };
  status = { outcome: 'running', upstream: { id: 'video-1' } };
  const kind = theKind({
    poll: async () => status,
    collect: async () => {
      holdersWhileCollecting = holders();
      return { outcome: 'collected', files: [], complete: true, warnings: [] };
    },
  });
  cleanUps = [new VirtualClock().install(), known(kind)];
  await given(world);
  await admitJob(world.services(), { jobId });
});

afterEach(() => {
  for (const cleanUp of cleanUps) cleanUp();
});

function holders(): string[] {
  return world.admission.desk('o3').holders.map((holder) => holder.jobId);
}

describe('a place under a limit', () => {
  it('is kept while the work runs', async () => {
    await pollJob(world.services(), poll);
    expect(holders()).toEqual([jobId]);
  });

  it('is given back when upstream reads ended', async () => {
    const result = { status: 'succeeded', hasOutputs: true } as const;
    status = { outcome: 'ended', upstream: { id: 'video-1' }, result };
    await pollJob(world.services(), poll);
    expect(holders()).toEqual([]);
  });

  it('is given back before collecting begins', async () => {
    await collectOutputs(world.services(), { jobId, upstreamId: 'video-1', status: 'succeeded' });
    expect(holdersWhileCollecting).toEqual([]);
  });

  it('is given back at the end', async () => {
    await finishJob(world.services(), { jobId, status: 'cancelled' });
    expect(holders()).toEqual([]);
  });

  it('is kept at the end by work that may still run', async () => {
    await finishJob(world.services(), { jobId, status: 'cancelled', mayRun: true });
    expect(holders()).toEqual([jobId]);
  });
});
