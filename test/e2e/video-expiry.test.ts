import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobDocument } from '../../src/jobs/job.ts';
import type { ReceivedEvent } from '../support/event-log.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { byteViolations, type UpstreamJob } from '../campaigns/video/checks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds after the first job. Both videos are done upstream at the same time. */
const SECOND_JOB = 30 * MINUTE;
const DONE = 40 * MINUTE;

/** A day after the create: sooner than upstream would say, if the end of the work could be seen. */
const VANISH = { lost: DAY, saved: SECOND_JOB + DAY };

/** Ten minutes before the second vanishes, and long after the first has. */
const STORAGE_IS_BACK = VANISH.saved - 10 * MINUTE;

/** Seconds that pass at once: while nothing but waiting happens, and where half an hour matters. */
const COARSE = 300;
const FINE = 60;

const AT_RISK = 'longhaul.job.outputs-at-risk';

describe('two videos, with the data account down from the moment in which they are done', () => {
  let local: LocalStack;
  let beginning: number;
  let toldMeanwhile: ReceivedEvent[];
  let saved: JobDocument;
  let lost: JobDocument;

  beforeAll(async () => {
    local = await startLocalStack({
      virtualTime: true,
      virtualUntil: 'now',
      deliverTwice: false,
      workers: 1,
    });
    beginning = Date.parse(await local.clock.now());
    // Without a later deadline it would be the deadline that ends it.
    await make('lost', { deadline: 'P2D' });
    await passTo(SECOND_JOB, COARSE);
    await make('saved', {});
    await passTo(DONE - 1_000, COARSE);
    await local.stack.halt('storage');
    await passTo(VANISH.lost - 4 * HOUR, COARSE);
    toldMeanwhile = [await toldInTime('lost'), await toldInTime('saved')];
    await passTo(STORAGE_IS_BACK, COARSE);
    await local.stack.resume('storage');
    await local.clock.go();
    saved = await local.jobs.waitForEnd('saved');
    lost = await local.jobs.waitForEnd('lost');
    await local.clock.stop();
  }, 150_000);
  afterAll(() => local.stop());

  it('are both told of as at risk while nothing can be written, hours before they vanish', () => {
    const hours = toldMeanwhile.map(({ data, text }) => {
      const { time } = JSON.parse(text) as { time: string };
      return (Date.parse(String(data['expiresAt'])) - Date.parse(time)) / HOUR;
    });

    expect(Math.min(...hours)).toBeGreaterThan(3.5);
    expect(Math.max(...hours)).toBeLessThanOrEqual(4);
  });

  it('saves the one that vanishes ten minutes after storage has come back', async () => {
    expect(saved).toMatchObject({ status: 'succeeded', error: null });
    expect(Date.parse(saved.endedAt ?? '')).toBeLessThan(beginning + SECOND_JOB + DAY);
    const { body } = await local.jobs.get('/jobs/saved/outputs/job.json');
    expect([...byteViolations(saved, body as UpstreamJob)]).toEqual([]);
  });

  it('ends the other as expired, since its outputs are gone', async () => {
    expect(lost).toMatchObject({ status: 'expired', error: { code: 'outputs-gone' } });
    await local.events.waitFor('longhaul.job.expired', 'lost');
  });

  async function make(id: keyof typeof VANISH, options: { deadline?: string }): Promise<void> {
    // Time only ever jumps to what is due, so it may be a little earlier than was asked for.
    const now = Date.parse(await local.clock.now()) - beginning;
    await local.simulator.fault({
      route: 'POST /video/generations/jobs',
      durationSeconds: (DONE - now) / 1_000,
      vanishesAfterSeconds: (VANISH[id] - DONE) / 1_000,
    });
    const request = { model: 'sora', prompt: `The ${id} ship.`, width: 480, height: 480 };
    await local.jobs.submit({ id, kind: 'video', request, options });
    await local.jobs.waitFor(id, ({ status }) => status === 'running');
  }

  /** Half an hour after it should be told there is nothing more to wait for. */
  async function toldInTime(id: keyof typeof VANISH): Promise<ReceivedEvent> {
    await passTo(VANISH[id] - 3.5 * HOUR, FINE);
    return local.events.waitFor(AT_RISK, id);
  }

  /**
   * @param time milliseconds after the beginning.
   * @param step seconds that pass at once.
   */
  function passTo(time: number, step: number): Promise<void> {
    return local.clock.passTo(new Date(beginning + time).toISOString(), step);
  }
});
