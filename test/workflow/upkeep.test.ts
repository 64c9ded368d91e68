import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import { transition } from '../../src/jobs/transition.ts';
import { forgetOldJobs, keepJobs } from '../../src/workflow/upkeep.ts';
import { aJob } from '../support/in-memory/a-job.ts';
import { failing } from '../support/in-memory/died.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { World } from '../support/in-memory/world.ts';

const BEGINNING = '2026-03-01T00:00:00.000Z';
const DAY = 86_400_000;

let world: World;
let clock: VirtualClock;
let uninstall: () => void;

beforeEach(() => {
  world = new World();
  clock = new VirtualClock(BEGINNING);
  uninstall = clock.install();
});

afterEach(() => uninstall());

async function given(job: Job): Promise<void> {
  await world.services().index.insert(job);
}

function queued(fields: Partial<Job> = {}): Job {
  return transition(aJob(fields), { announce: { step: 'queued' } }, BEGINNING);
}

function ended(fields: Partial<Job> = {}): Job {
  return transition(
    aJob(fields),
    { status: 'succeeded', announce: { step: 'succeeded' } },
    BEGINNING,
  );
}

describe('keepJobs', () => {
  it('starts the orchestration of an open job that has none', async () => {
    await given(aJob());
    expect(await keepJobs(world.services())).toEqual({ open: 1, troubled: 0 });
    expect(world.engine.starts).toEqual(['job-1']);
  });

  it('leaves a job alone whose orchestration is live', async () => {
    await given(queued());
    world.engine.live.add('job-1');
    await keepJobs(world.services());
    expect(world.engine.starts).toEqual([]);
    expect(world.topic).toEqual([]);
  });

  it('never starts the orchestration of an ended job, but sends what it could not say for a minute', async () => {
    await given(ended());
    await keepJobs(world.services());
    expect(world.topic).toEqual([]);
    await clock.pass(60_001);
    await keepJobs(world.services());
    expect(world.engine.starts).toEqual([]);
    expect(world.topic.map(({ id }) => id)).toEqual(['job-1.1.succeeded']);
    const publishedAt = '2026-03-01T00:01:00.001Z';
    expect(world.index.job('job-1')).toMatchObject({ outbox: [], publishedAt });
    expect(world.index.marks.size).toBe(0);
  });

  it('sends events that a live orchestration could not send for a minute', async () => {
    await given(queued());
    world.engine.live.add('job-1');
    await clock.pass(60_001);
    await keepJobs(world.services());
    expect(world.topic.map(({ id }) => id)).toEqual(['job-1.1.queued']);
    expect(world.index.job('job-1')?.outbox).toEqual([]);
    expect(world.index.marks.size).toBe(1);
  });

  it('sends the same bytes again when nobody knows whether they were sent', async () => {
    await given(ended());
    await clock.pass(60_001);
    const busAnswers = failing((name) => name === 'index.replace', new Error('Storage is away.'));
    expect(await keepJobs(world.services(busAnswers))).toEqual({ open: 1, troubled: 1 });
    await clock.pass(3_600_000);
    await keepJobs(world.services());
    expect(world.topic).toHaveLength(2);
    expect(world.topic[1]).toEqual(world.topic[0]);
  });

  it.each([
    [2, 1],
    [10, 5],
    [60, 10],
  ])(
    'looks at a job that has been open for %i minutes in one minute of %i',
    async (age, between) => {
      await given(aJob({ id: 'job-1' }));
      await clock.pass(age * 60_000);
      const looks: number[] = [];
      for (let minute = 0; minute < 2 * between; minute += 1) {
        const before = clock.now();
        await clock.pass(60_000);
        world.engine.live.clear();
        world.engine.starts.length = 0;
        await keepJobs(world.services(), before);
        if (world.engine.starts.length > 0) looks.push(minute);
      }
      expect(looks).toHaveLength(2);
      expect((looks[1] ?? 0) - (looks[0] ?? 0)).toBe(between);
    },
  );

  it('wakes a live orchestration whose poll is half an hour late, and none before', async () => {
    await given(aJob({ status: 'running', nextPollAt: BEGINNING }));
    world.engine.live.add('job-1');
    await clock.pass(30 * 60_000);
    await keepJobs(world.services());
    expect(world.engine.wakes).toEqual([]);
    await clock.pass(1_000);
    await keepJobs(world.services());
    expect(world.engine.wakes).toEqual(['job-1']);
    expect(world.journal.map(({ event }) => event)).toContain('stuck-job-woken');
  });

  it('misses no turn when it was kept from looking', async () => {
    await given(aJob({ id: 'job-1' }));
    await clock.pass(3_600_000);
    await keepJobs(world.services(), clock.now() - 10 * 60_000);
    expect(world.engine.starts).toEqual(['job-1']);
  });

  it('looks after the others when one job is in trouble', async () => {
    await given(ended());
    await given(aJob({ id: 'job-2' }));
    await clock.pass(60_001);
    const away = failing((name) => name === 'publisher.send', new Error('The bus is away.'));
    expect(await keepJobs(world.services(away))).toEqual({ open: 2, troubled: 1 });
    expect(world.engine.starts).toEqual(['job-2']);
    expect(world.journal.map(({ event }) => event)).toContain('upkeep-late');
  });

  it('tries a bus that is away once, not for every job that has something to say', async () => {
    for (const id of ['job-1', 'job-2', 'job-3']) await given(ended({ id }));
    await clock.pass(60_001);
    let tries = 0;
    const away = failing((name) => {
      if (name.startsWith('publisher.')) tries += 1;
      return name.startsWith('publisher.');
    }, new Error('The bus is away.'));
    expect(await keepJobs(world.services(away))).toEqual({ open: 3, troubled: 3 });
    expect(tries).toBe(1);
  });

  it('forgets a mark without a row only when its row cannot come any more', async () => {
    world.index.marks.set('job-9', BEGINNING);
    await clock.pass(599_000);
    await keepJobs(world.services());
    expect(world.index.marks.size).toBe(1);
    await clock.pass(1_000);
    await keepJobs(world.services());
    expect(world.index.marks.size).toBe(0);
  });
});

describe('forgetOldJobs', () => {
  it('removes what is known of jobs that ended 90 days ago, and leaves their outputs', async () => {
    await given(ended({ publishedAt: BEGINNING }));
    world.state.set('job-1/job.json', '{}');
    world.outputs.set('job-1/output.md', { content: Buffer.from('x'), contentType: 'text/plain' });
    await clock.pass(90 * DAY + 1_000);
    expect(await forgetOldJobs(world.services())).toEqual({ removed: 1 });
    const { rows, marks, listed } = world.index;
    expect(rows.size + marks.size + listed.size + world.state.size).toBe(0);
    expect(world.outputs.size).toBe(1);
  });

  it.each<[string, Job, number]>([
    ['still runs', aJob({ status: 'running' }), 100],
    ['ended less than 90 days ago', ended({ publishedAt: BEGINNING }), 89],
    ['has not told of its end', ended(), 100],
  ])('keeps a job that %s', async (_what, job, days) => {
    await given(job);
    await clock.pass(days * DAY);
    expect(await forgetOldJobs(world.services())).toEqual({ removed: 0 });
    expect(world.index.rows.size).toBe(1);
  });

  it('goes on where it was interrupted', async () => {
    await given(ended({ publishedAt: BEGINNING }));
    await clock.pass(91 * DAY);
    const away = failing((name) => name === 'index.unlist', new Error('Storage is away.'));
    await expect(forgetOldJobs(world.services(away))).rejects.toThrow('Storage is away.');
    expect(await forgetOldJobs(world.services())).toEqual({ removed: 1 });
    expect(world.index.listed.size).toBe(0);
  });

  it('has the engine forget histories of more than 30 days ago', async () => {
    await clock.pass(31 * DAY);
    await forgetOldJobs(world.services());
    expect(world.engine.purges).toEqual(['2026-03-02T00:00:00.000Z']);
  });
});
