import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listWatchedWork } from '../../src/workflow/listing.ts';
import type { WatchedWork } from '../../src/workflow/ports.ts';
import { MemoryBatchAccount } from '../support/in-memory/batch-account.ts';
import { MemoryUpstream, refusal } from '../support/in-memory/upstream.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { ENDPOINT, World } from '../support/in-memory/world.ts';

const HOUR = 3_600_000;

let clock: VirtualClock;
let account: MemoryBatchAccount;
let world: World;
let uninstall: () => void;

beforeEach(() => {
  clock = new VirtualClock();
  uninstall = clock.install();
  account = new MemoryBatchAccount();
  world = new World(new MemoryUpstream(), account);
});

afterEach(() => uninstall());

/** A batch that a part waits for. */
async function watched(runsFor = HOUR): Promise<WatchedWork> {
  const { id, createdAt } = account.addBatch({}, ['a'], { runsFor });
  const work: WatchedWork = {
    endpoint: ENDPOINT,
    upstreamId: id,
    kind: 'batch',
    jobId: `job-${id}.1`,
    deployment: 'o3',
    createdAt: new Date(createdAt).toISOString(),
  };
  await world.services().statusBoard.watch(work);
  return work;
}

function others(count: number, createdAt = clock.now()): void {
  for (let other = 0; other < count; other += 1) account.addBatch({}, [], {}, createdAt);
}

const list = () => listWatchedWork(world.services());
const read = (work: WatchedWork) => world.services().statusBoard.read(work);

describe('listing the work that is watched', () => {
  it('asks nothing when nothing is watched', async () => {
    others(10);
    expect(await list()).toEqual({ watched: 0, troubled: 0 });
    expect(account.callCount).toBe(0);
  });

  it('writes what the list says to the board, in one call for a hundred', async () => {
    const first = await watched();
    others(80);
    const second = await watched();
    expect(await list()).toEqual({ watched: 2, troubled: 0 });
    expect(account.callCount).toBe(1);
    for (const work of [first, second]) {
      expect(await read(work)).toMatchObject({
        snapshot: { id: work.upstreamId, status: 'in_progress' },
        listedAt: new Date(clock.now()).toISOString(),
      });
    }
  });

  it('reads as far back as the oldest that is watched, and no further', async () => {
    others(5_000, clock.now() - 24 * HOUR);
    await watched();
    await clock.pass(HOUR / 2);
    others(250);
    await list();
    expect(account.callCount).toBe(3);
  });

  it('wakes the job whose work has ended, once', async () => {
    const ended = await watched(HOUR / 2);
    await watched(2 * HOUR);
    await list();
    expect(world.engine.wakes).toEqual([]);
    await clock.pass(HOUR);
    await list();
    await list();
    expect(world.engine.wakes).toEqual([ended.jobId]);
  });

  it('wakes the job whose work was turned away', async () => {
    const faults = [{ code: 'token_limit_exceeded', message: 'Full.' }];
    const work = await watched();
    account.batches.clear();
    account.addBatch({}, [], { runsFor: 1, ends: 'failed', faults });
    await clock.pass(HOUR);
    await list();
    expect(world.engine.wakes).toEqual([work.jobId]);
  });

  it('stops as soon as everything that is watched was found', async () => {
    others(300, clock.now() - 60_000);
    await watched();
    await list();
    expect(account.callCount).toBe(1);
  });

  it('leaves work that the list does not tell of to be asked for by itself', async () => {
    const work = await watched();
    await list();
    account.batches.clear();
    await list();
    expect(await read(work)).toMatchObject({ snapshot: null });
    expect(world.engine.wakes).toEqual([]);
  });

  it('says nothing of when it was known when a list was cut', async () => {
    const work = await watched();
    await list();
    const before = await read(work);
    await clock.pass(60_000);
    account.script = { answer: () => refusal(503, 'Away.') };
    expect(await list()).toEqual({ watched: 1, troubled: 1 });
    expect(await read(work)).toEqual(before);
    expect(world.journal.map(({ event }) => event)).toContain('listing-failed');
  });

  it('passes over work of a deployment that the settings no longer name', async () => {
    const work = await watched();
    world.deployment = { facts: { name: 'another' }, limits: {} };
    expect(await list()).toEqual({ watched: 0, troubled: 0 });
    expect(await read(work)).toBeUndefined();
  });
});
