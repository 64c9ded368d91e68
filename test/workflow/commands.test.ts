import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import { STATUSES, TERMINAL_STATUSES, type Action } from '../../src/jobs/status.ts';
import { cancelJob, chooseAction, readJob } from '../../src/workflow/commands.ts';
import { aJob } from '../support/in-memory/a-job.ts';
import { failing } from '../support/in-memory/died.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { World } from '../support/in-memory/world.ts';

let world: World;
let uninstall: () => void;

beforeEach(() => {
  world = new World();
  uninstall = new VirtualClock().install();
});

afterEach(() => uninstall());

async function given(fields: Partial<Job>): Promise<void> {
  await world.services().index.insert(aJob(fields));
}

const OPEN = STATUSES.filter(
  (status) => !TERMINAL_STATUSES.some((terminal) => terminal === status),
);
const OTHER_ENDS = TERMINAL_STATUSES.filter((status) => status !== 'cancelled');

describe('readJob', () => {
  it('knows no job that was never accepted', async () => {
    await expect(readJob(world.services(), 'job-9')).rejects.toMatchObject({
      code: 'job-not-found',
    });
  });
});

describe('cancelJob', () => {
  it.each(OPEN)('writes the wish of a job that is %s, and wakes it', async (status) => {
    await given({ status });
    const job = await cancelJob(world.services(), 'job-1');
    expect(job).toMatchObject({ status, cancelRequestedAt: '2026-03-01T00:00:00.000Z' });
    expect(world.index.job('job-1')).toEqual(job);
    expect(world.engine.wakes).toEqual(['job-1']);
  });

  it.each(OTHER_ENDS)('refuses a job that is %s', async (status) => {
    await given({ status });
    await expect(cancelJob(world.services(), 'job-1')).rejects.toMatchObject({
      code: 'already-ended',
    });
    expect(world.index.job('job-1')?.cancelRequestedAt).toBeUndefined();
  });

  it('is content with a job that is cancelled already', async () => {
    await given({ status: 'cancelled' });
    expect((await cancelJob(world.services(), 'job-1')).status).toBe('cancelled');
    expect(world.engine.wakes).toEqual([]);
  });

  it('keeps the time of the first wish, and wakes again', async () => {
    await given({ cancelRequestedAt: '2026-02-28T00:00:00.000Z' });
    const job = await cancelJob(world.services(), 'job-1');
    expect(job.cancelRequestedAt).toBe('2026-02-28T00:00:00.000Z');
    expect(world.engine.wakes).toEqual(['job-1']);
  });

  it('takes the wish while the engine is away: the job will see it within ten minutes', async () => {
    await given({ status: 'running' });
    const away = failing((name) => name === 'engine.wake', new Error('The engine is away.'));
    await cancelJob(world.services(away), 'job-1');
    expect(world.index.job('job-1')?.cancelRequestedAt).toBeDefined();
    expect(world.journal.map(({ event }) => event)).toEqual(['wake-late']);
  });

  it('knows no job that was never accepted', async () => {
    await expect(cancelJob(world.services(), 'job-9')).rejects.toMatchObject({
      code: 'job-not-found',
    });
  });
});

describe('chooseAction', () => {
  const asking = {
    status: 'action-required',
    actions: ['resubmit', 'abandon'],
    intent: 2,
  } as const;

  it.each<Action>(['resubmit', 'abandon'])('writes the choice to %s, and wakes', async (action) => {
    await given({ ...asking, actions: [...asking.actions] });
    const job = await chooseAction(world.services(), 'job-1', action);
    expect(job).toMatchObject({ choice: { action, intent: 2 }, actions: [] });
    expect(world.engine.wakes).toEqual(['job-1']);
  });

  it('takes the same choice twice and no other afterwards', async () => {
    await given({ ...asking, actions: [...asking.actions] });
    await chooseAction(world.services(), 'job-1', 'resubmit');
    await chooseAction(world.services(), 'job-1', 'resubmit');
    const other = chooseAction(world.services(), 'job-1', 'abandon');
    await expect(other).rejects.toMatchObject({ code: 'action-not-offered' });
    expect(world.index.job('job-1')?.choice?.action).toBe('resubmit');
  });

  it('asks anew about a newer intent', async () => {
    const choice = { action: 'resubmit', intent: 1 } as const;
    await given({ ...asking, actions: [...asking.actions], choice });
    const job = await chooseAction(world.services(), 'job-1', 'abandon');
    expect(job.choice).toEqual({ action: 'abandon', intent: 2 });
  });

  it.each(STATUSES.filter((status) => status !== 'action-required'))(
    'refuses a job that is %s, and says what it offers',
    async (status) => {
      await given({ status });
      await expect(chooseAction(world.services(), 'job-1', 'resubmit')).rejects.toThrow(
        `Job job-1 is ${status} and does not offer "resubmit". Offered now: none.`,
      );
    },
  );

  it('refuses what is not among the actions', async () => {
    await given({ ...asking, actions: [...asking.actions] });
    await expect(chooseAction(world.services(), 'job-1', 'retry-rows')).rejects.toThrow(
      'Offered now: resubmit, abandon.',
    );
  });
});
