import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobDocument } from '../../src/jobs/job.ts';
import type { ReceivedEvent } from '../support/event-log.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { byteViolations, type UpstreamJob } from '../campaigns/video/checks.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Milliseconds after the first job. Both videos are done upstream at the same time. */
const SECOND_JOB = 30 * MINUTE;
const DONE = 40 * MINUTE;

/** Ten minutes before a day has passed since the second, and long after one since the first. */
const STORAGE_IS_BACK = SECOND_JOB + DAY - 10 * MINUTE;

const AT_RISK = 'longhaul.job.outputs-at-risk';

describe('two videos, with the data account down from the moment in which they are done', () => {
  let local: LocalStack;
  let beginning: number;
  let toldMeanwhile: ReceivedEvent[];
  let saved: JobDocument;
  let lost: JobDocument;

  beforeAll(async () => {
    local = await startLocalStack({ virtualTime: true, virtualUntil: 'now', deliverTwice: false });
    beginning = Date.parse(await local.clock.now());
    // Without a later deadline it would be the deadline that ends it.
    await make('lost', { takes: DONE, vanishesAfter: DAY - DONE, deadline: 'P2D' });
    await passTo(SECOND_JOB);
    await make('saved', { takes: DONE - SECOND_JOB });
    await passTo(DONE - 1_000);
    await local.stack.halt('storage');
    await passTo(STORAGE_IS_BACK);
    toldMeanwhile = await Promise.all(
      ['lost', 'saved'].map((id) => local.events.waitFor(AT_RISK, id)),
    );
    await local.stack.resume('storage');
    await local.clock.go();
    saved = await local.jobs.waitForEnd('saved');
    lost = await local.jobs.waitForEnd('lost');
  }, 150_000);
  afterAll(() => local.stop());

  it('are both told of as at risk while nothing can be written, hours before they vanish', () => {
    const hours = toldMeanwhile.map(({ data, text }) => {
      const { time } = JSON.parse(text) as { time: string };
      return (Date.parse(String(data['expiresAt'])) - Date.parse(time)) / (60 * MINUTE);
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

  async function make(
    id: string,
    course: { takes: number; vanishesAfter?: number; deadline?: string },
  ): Promise<void> {
    const { takes, vanishesAfter = DAY, deadline } = course;
    await local.simulator.fault({
      route: 'POST /video/generations/jobs',
      durationSeconds: takes / 1_000,
      vanishesAfterSeconds: vanishesAfter / 1_000,
    });
    const request = { model: 'sora', prompt: `The ${id} ship.`, width: 480, height: 480 };
    const options = deadline === undefined ? {} : { deadline };
    await local.jobs.submit({ id, kind: 'video', request, options });
    await local.jobs.waitFor(id, ({ status }) => status === 'running');
  }

  /** @param time milliseconds after the beginning. */
  function passTo(time: number): Promise<void> {
    return local.clock.passTo(new Date(beginning + time).toISOString());
  }
});
