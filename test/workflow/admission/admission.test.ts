import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../src/jobs/job.ts';
import { admitJob } from '../../../src/workflow/activities/admit-job.ts';
import { release } from '../../../src/workflow/admission/admission.ts';
import { serveQueues } from '../../../src/workflow/admission/serve-queues.ts';
import { waitingOf } from '../../../src/workflow/admission/waiting.ts';
import type { DeploymentLimits } from '../../../src/workflow/ports.ts';
import { aJob } from '../../support/in-memory/a-job.ts';
import type { Around } from '../../support/in-memory/around.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { DEPLOYMENT, World } from '../../support/in-memory/world.ts';

let world: World;
let clock: VirtualClock;
let uninstall: () => void;
let operations: string[];

const counting: Around = async (operation, perform) => {
  operations.push(operation);
  return perform();
};

beforeEach(() => {
  world = new World();
  clock = new VirtualClock();
  uninstall = clock.install();
  operations = [];
});

afterEach(() => uninstall());

function limited(limits: DeploymentLimits): void {
  world.deployment = { facts: { name: DEPLOYMENT }, limits };
}

/** Jobs that came one after the other. */
async function given(...jobs: (Partial<Job> & { id: string })[]): Promise<void> {
  for (const fields of jobs) {
    const createdAt = new Date(clock.now()).toISOString();
    await world.services().index.insert(aJob({ createdAt, ...fields }));
    await world.services().state.putRequest(fields.id, '0'.repeat(64), { model: 'o3', input: 'x' });
    await clock.pass(1);
  }
}

const admit = (jobId: string, around?: Around) => admitJob(world.services(around), { jobId });

const job = (id: string) => world.index.job(id) ?? aJob({ id });

const giveBack = (id: string) => release(world.services(), job(id));

describe('a job', () => {
  it('is let in without a look at the desk where nothing is limited', async () => {
    await given({ id: 'one' });
    expect(await admit('one', counting)).toEqual({ outcome: 'admitted' });
    await release(world.services(counting), job('one'));
    expect(operations).toEqual(['index.read']);
  });

  it('is let in at once while there is room, whatever its activity is run again for', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' });
    expect(await admit('one')).toEqual({ outcome: 'admitted' });
    expect(await admit('one')).toEqual({ outcome: 'admitted' });
    expect(world.admission.desk(DEPLOYMENT).holders).toHaveLength(1);
    expect(job('one').phase).toBe('checking');
  });

  it('waits when every place is taken, and is woken when one is given back', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' });
    await admit('one');
    expect(await admit('two')).toEqual({ outcome: 'waiting' });
    expect(job('two')).toMatchObject({ phase: 'admitting', waitingSince: expect.any(String) });
    await giveBack('one');
    expect(world.engine.wakes).toEqual(['two']);
    expect(await admit('two')).toEqual({ outcome: 'admitted' });
    expect(job('two').waitingSince).toBeUndefined();
    expect(world.admission.queue(DEPLOYMENT)).toEqual([]);
  });

  it('leaves the desk as it is when others wait before it, and is not overlooked', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' }, { id: 'three' });
    await admit('one');
    await admit('two');
    expect(await admit('three', counting)).toEqual({ outcome: 'waiting' });
    const atTheDesk = operations.filter((operation) => operation.startsWith('admission.'));
    expect(atTheDesk).toEqual(['admission.readDesk', 'admission.enqueue', 'admission.readDesk']);
    await giveBack('two');
    await giveBack('one');
    expect(world.engine.wakes).toEqual(['three']);
  });

  it('is woken even when it lets itself in, for that may be a repeated run that nobody hears', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' });
    await admit('one');
    expect(await admit('two')).toEqual({ outcome: 'waiting' });
    limited({ concurrent: 2 });
    expect(await admit('two')).toEqual({ outcome: 'admitted' });
    expect(world.engine.wakes).toEqual(['two']);
  });

  it('asks for two reads when it asks again in vain', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' });
    await admit('one');
    await admit('two');
    await clock.pass(600_000);
    expect(await admit('two', counting)).toEqual({ outcome: 'waiting' });
    expect(operations).toEqual(['index.read', 'admission.readDesk']);
  });

  it('is told when the minute has room again, if it is next', async () => {
    limited({ createsPerMinute: 1 });
    await given({ id: 'one' }, { id: 'two' }, { id: 'three' });
    await admit('one');
    const until = clock.now() + 60_000;
    expect(await admit('two')).toEqual({ outcome: 'waiting', until });
    expect(await admit('three')).toEqual({ outcome: 'waiting' });
    await clock.pass(60_000);
    expect(await admit('two')).toEqual({ outcome: 'admitted' });
    expect(world.engine.wakes).toEqual(['three']);
    expect(await admit('three')).toEqual({ outcome: 'waiting', until: until + 60_000 });
  });

  it('does not overtake those who wait, even when there is room', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' }, { id: 'three' });
    await admit('one');
    await admit('two');
    await giveBack('one');
    expect(await admit('three')).toMatchObject({ outcome: 'waiting' });
  });

  it('of high priority goes before others that came earlier', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' }, { id: 'urgent', options: { priority: 'high' } });
    for (const id of ['one', 'two', 'urgent']) await admit(id);
    await giveBack('one');
    expect(world.engine.wakes).toEqual(['urgent']);
  });

  it('leaves the queue when it ends, and others move up', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' }, { id: 'three' });
    for (const id of ['one', 'two', 'three']) await admit(id);
    await giveBack('two');
    await giveBack('one');
    expect(world.engine.wakes).toEqual(['three']);
  });

  it('that ended while it waited is not let in', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' }, { id: 'three' });
    for (const id of ['one', 'two', 'three']) await admit(id);
    const { value, version } = (await world.services().index.read('two')) ?? {};
    await world.services().index.replace({ ...(value as Job), status: 'expired' }, version ?? '');
    await giveBack('one');
    expect(world.engine.wakes).toEqual(['three']);
    expect(await admit('two')).toEqual({ outcome: 'ended' });
  });

  it('that is cancelled is told so', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one', cancelRequestedAt: '2026-03-01T00:00:00.000Z' });
    expect(await admit('one')).toEqual({ outcome: 'cancelled' });
  });
});

describe('the timer that serves the queues', () => {
  it('needs one operation, and one more where somebody waits', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' });
    await admit('one');
    await serveQueues(world.services(counting));
    expect(operations).toEqual(['admission.desks']);
    await admit('two');
    operations = [];
    await serveQueues(world.services(counting));
    expect(operations).toEqual(['admission.desks', 'admission.head']);
  });
});

describe('what is shown of a job that waits', () => {
  it('is its place in the queue, since when, and what it waits for', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' }, { id: 'three' });
    for (const id of ['one', 'two', 'three']) await admit(id);
    expect(await waitingOf(world.services(), job('three'))).toEqual({
      position: 2,
      reason: `Deployment "${DEPLOYMENT}" takes 1 at the same time, and as many are running.`,
      since: job('three').waitingSince,
    });
  });

  it('is nothing once it was let in, or when it never waited', async () => {
    limited({ concurrent: 1 });
    await given({ id: 'one' }, { id: 'two' });
    await admit('one');
    await admit('two');
    await giveBack('one');
    await admit('two');
    expect(await waitingOf(world.services(), job('one'))).toBeNull();
    expect(await waitingOf(world.services(), job('two'))).toBeNull();
  });
});
