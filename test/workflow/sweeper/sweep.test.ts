import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../src/jobs/job.ts';
import type { SubmissionOutcome } from '../../../src/kinds/kind.ts';
import { queueKey } from '../../../src/workflow/admission/waiter.ts';
import { inTurn } from '../../../src/workflow/sweeper/in-turn.ts';
import { sweep } from '../../../src/workflow/sweeper/sweep.ts';
import { aJob } from '../../support/in-memory/a-job.ts';
import { failing } from '../../support/in-memory/died.ts';
import { MemoryUpstream } from '../../support/in-memory/upstream.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { DEPLOYMENT, World } from '../../support/in-memory/world.ts';

const HOUR = 3_600_000;

let world: World;
let clock: VirtualClock;
let uninstall: () => void;

beforeEach(() => {
  clock = new VirtualClock();
  uninstall = clock.install();
  world = new World(
    new MemoryUpstream({ work: () => ({ runsFor: 24 * HOUR, ends: 'completed' }) }),
  );
  world.deployment = { facts: { name: DEPLOYMENT }, limits: { concurrent: 1 } };
});

afterEach(() => uninstall());

async function given(job: Job): Promise<void> {
  await world.services().index.insert(job);
}

function ended(fields: Partial<Job> = {}): Job {
  const endedAt = new Date(clock.now()).toISOString();
  return aJob({ status: 'expired', phase: 'publishing', endedAt, intent: 1, ...fields });
}

/** The job holds a place. */
async function holds(jobId: string): Promise<void> {
  const { admission } = world.services();
  const { value, version } = await admission.readDesk(DEPLOYMENT);
  const holders = [...value.holders, { jobId, since: clock.now() }];
  await admission.replaceDesk(DEPLOYMENT, { ...value, holders }, version);
}

async function sent(jobId: string, outcome?: SubmissionOutcome): Promise<void> {
  const createdAt = new Date(clock.now()).toISOString();
  const intent = { jobId, number: 1, attempt: 'attempt-1', createdAt };
  await world.services().index.insertIntent(intent);
  if (outcome) await world.services().index.resolveIntent(intent, outcome);
}

function holders(): string[] {
  return world.admission.desk(DEPLOYMENT).holders.map(({ jobId }) => jobId);
}

async function running(): Promise<string> {
  const body = { model: 'o3', input: 'hello', background: true };
  await world.upstream.send({ method: 'POST', path: '/responses', body });
  return [...world.upstream.responses.keys()][0] ?? '';
}

describe('a place', () => {
  it('stays with a job that has not ended', async () => {
    await given(aJob({ status: 'running', phase: 'polling' }));
    await holds('job-1');
    await clock.pass(HOUR);
    expect((await sweep(world.services()))['places']).toEqual({ seen: 1, mended: 0, failed: 0 });
    expect(holders()).toEqual(['job-1']);
  });

  it('stays while the work of an ended job goes on upstream, and no longer', async () => {
    const id = await running();
    await given(ended());
    await sent('job-1', { outcome: 'accepted', upstream: { id } });
    await holds('job-1');
    await clock.pass(HOUR);
    await sweep(world.services());
    expect(holders()).toEqual(['job-1']);
    await clock.pass(24 * HOUR);
    await sweep(world.services());
    expect(holders()).toEqual([]);
  });

  it('stays while upstream cannot say, and that is told', async () => {
    world = new World(new MemoryUpstream({ fault: () => ({ fault: 'cut' }) }));
    world.deployment = { facts: { name: DEPLOYMENT }, limits: { concurrent: 1 } };
    await given(ended());
    await sent('job-1', { outcome: 'accepted', upstream: { id: 'resp_1' } });
    await holds('job-1');
    await clock.pass(HOUR);
    const { places } = await sweep(world.services());
    expect(places).toEqual({ seen: 1, mended: 0, failed: 1 });
    expect(holders()).toEqual(['job-1']);
    expect(world.journal.at(-1)).toMatchObject({ event: 'swept', places });
  });

  it.each<[string, (() => Promise<void>)[]]>([
    ['that was removed', []],
    ['that ended without an intent', [() => given(ended())]],
    ['whose create nobody can look for', [() => given(ended()), () => sent('job-1')]],
    ['that collects', [() => given(aJob({ status: 'running', phase: 'collecting' }))]],
  ])('is taken from a job %s, for whoever waits', async (_what, before) => {
    for (const step of before) await step();
    await holds('job-1');
    const waiter = aJob({ id: 'job-2', phase: 'admitting' });
    await given(waiter);
    await world.services().admission.enqueue(DEPLOYMENT, { key: queueKey(waiter), jobId: 'job-2' });
    await clock.pass(HOUR);
    const { places } = await sweep(world.services());
    expect(places?.mended).toBe(1);
    expect(holders()).toEqual(['job-2']);
    expect(world.engine.wakes).toEqual(['job-2']);
  });

  it('is left alone when it was taken just now', async () => {
    await holds('job-1');
    await sweep(world.services());
    expect(holders()).toEqual(['job-1']);
  });
});

describe('a claim', () => {
  async function claimed(jobId: string): Promise<void> {
    const claimedAt = new Date(clock.now()).toISOString();
    await world.services().index.claim({
      deployment: DEPLOYMENT,
      upstreamId: await running(),
      jobId,
      claimedAt,
    });
  }

  async function claims(): Promise<number> {
    let count = 0;
    for await (const _claim of world.services().index.claims()) count += 1;
    return count;
  }

  it('of a job that has ended goes with its upstream copies', async () => {
    await given(ended({ options: { keepUpstream: false } }));
    await claimed('job-1');
    await clock.pass(3 * HOUR);
    expect((await sweep(world.services()))['claims']).toEqual({ seen: 1, mended: 1, failed: 0 });
    expect(world.upstream.responses.size).toBe(0);
    expect(await claims()).toBe(0);
  });

  it('is left to the job for a while, and for good where copies are kept', async () => {
    await given(ended({ options: { keepUpstream: false } }));
    await given(ended({ id: 'job-2', options: { keepUpstream: true } }));
    await claimed('job-1');
    await sweep(world.services());
    expect(await claims()).toBe(1);
    await world.services().index.removeClaim({ deployment: DEPLOYMENT, upstreamId: 'resp_1' });
    await claimed('job-2');
    await clock.pass(72 * HOUR);
    await sweep(world.services());
    expect(await claims()).toBe(1);
    expect(world.upstream.responses.size).toBeGreaterThan(0);
  });

  it('goes when its job is forgotten', async () => {
    await claimed('job-9');
    await sweep(world.services());
    expect(await claims()).toBe(0);
  });

  it('stays when the copies cannot be deleted', async () => {
    await given(ended({ options: { keepUpstream: false } }));
    await claimed('job-1');
    await clock.pass(3 * HOUR);
    const away = failing((operation) => operation === 'upstream.read', new Error('away'));
    expect((await sweep(world.services(away)))['claims']?.failed).toBe(1);
    expect(await claims()).toBe(1);
  });
});

describe('a sweep', () => {
  it('goes on with the rest when one part is in trouble', async () => {
    await given(ended());
    await holds('job-1');
    await clock.pass(HOUR);
    const away = failing((operation) => operation === 'index.claims', new Error('away'));
    const { places, claims } = await sweep(world.services(away));
    expect(places?.mended).toBe(1);
    expect(claims?.failed).toBe(1);
    expect(world.journal.map(({ event }) => event)).toContain('sweep-late');
    expect(world.journal.at(-1)).toMatchObject({ event: 'swept', places, claims });
  });

  it('comes to everything in turn, a few at a time', () => {
    const all = Array.from({ length: 7 }, (_, index) => index);
    const seen = [0, 1, 2].flatMap((run) => inTurn(all, 3, run));
    expect(new Set(seen)).toEqual(new Set(all));
    expect(inTurn(all, 3, 2)).toHaveLength(3);
    expect(inTurn([1, 2], 3, 5)).toEqual([1, 2]);
  });
});
