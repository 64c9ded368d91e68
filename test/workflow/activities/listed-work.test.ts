import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kind, PollOutcome } from '../../../src/kinds/kind.ts';
import { finishJob } from '../../../src/workflow/activities/finish-job.ts';
import { pollJob } from '../../../src/workflow/activities/poll-job.ts';
import { submitJob } from '../../../src/workflow/activities/submit-job.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { ENDPOINT, World } from '../../support/in-memory/world.ts';
import { given, known, theKind } from './searched-job.ts';

const jobId = 'job-1';
const work = { endpoint: ENDPOINT, upstreamId: 'batch-1' };
const poll = { jobId, upstreamId: 'batch-1', poll: 1, wait: 60_000 };
const MINUTE = 60_000;

let world: World;
let clock: VirtualClock;
let cleanUps: (() => void)[];
let asked: number;

beforeEach(async () => {
  world = new World();
  clock = new VirtualClock();
  asked = 0;
  cleanUps = [clock.install(), known(listedKind())];
  await given(world);
  await submitJob(world.services(), { jobId, intent: 1 });
});

afterEach(() => {
  for (const cleanUp of cleanUps) cleanUp();
});

function listedKind(): Kind {
  return theKind({
    submit: async () => ({ outcome: 'accepted', upstream: { id: 'batch-1' } }),
    poll: async () => {
      asked += 1;
      return { outcome: 'running', upstream: { id: 'batch-1', status: 'asked' } };
    },
    listing: {
      list: async function* () {},
      read: (snapshot) => snapshot as PollOutcome,
    },
  });
}

async function listed(outcome: PollOutcome): Promise<void> {
  const { statusBoard } = world.services();
  await statusBoard.put(work, outcome);
  await statusBoard.putListed(ENDPOINT, new Date(clock.now()).toISOString());
}

async function watched(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { upstreamId } of world.services().statusBoard.watched()) ids.push(upstreamId);
  return ids;
}

const running = { outcome: 'running', upstream: { id: 'batch-1', status: 'listed' } } as const;

describe('work that is watched by listing', () => {
  it('counts as running while no list had the time to tell of it', async () => {
    expect(await watched()).toEqual(['batch-1']);
    expect(await pollJob(world.services(), poll)).toEqual({ outcome: 'running' });
    expect(asked).toBe(0);
  });

  it('is asked for by itself when no list told of it for a quarter of an hour', async () => {
    await clock.pass(15 * MINUTE);
    await pollJob(world.services(), poll);
    expect(asked).toBe(1);
  });

  it('is what a recent list said of it', async () => {
    await clock.pass(20 * MINUTE);
    await listed(running);
    await pollJob(world.services(), poll);
    expect(asked).toBe(0);
    expect(world.index.job(jobId)?.upstream?.status).toBe('listed');
  });

  it('is asked for by itself when the lists are old, or where old news will not do', async () => {
    await listed(running);
    await pollJob(world.services(), { ...poll, fresh: true });
    expect(asked).toBe(1);
    await clock.pass(15 * MINUTE);
    await pollJob(world.services(), poll);
    expect(asked).toBe(2);
  });

  it('is watched no more when it has ended', async () => {
    await listed({
      outcome: 'ended',
      upstream: { id: 'batch-1' },
      result: { status: 'succeeded', hasOutputs: true },
    });
    expect(await pollJob(world.services(), poll)).toMatchObject({ outcome: 'ended' });
    expect(await watched()).toEqual([]);
  });

  it('is watched no more when its job has ended otherwise', async () => {
    await finishJob(world.services(), { jobId, status: 'cancelled' });
    expect(await watched()).toEqual([]);
  });
});
