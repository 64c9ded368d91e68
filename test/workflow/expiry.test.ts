import { describe, expect, it } from 'vitest';
import type { StepName } from '../../src/workflow/steps.ts';
import { stepsOf, type Moment } from './support/drive.ts';
import { BEGINNING, error, facts } from './support/machine-answers.ts';
import { carried, ENDED, endOf, namesOf, turned } from './support/usual-job.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const EXPIRES = BEGINNING + DAY;

/** A job that has a week, of work whose outputs vanish after a day. */
const checkJob = {
  next: 'submit',
  facts: { ...facts, deadline: BEGINNING + 7 * DAY },
  intent: 1,
} as const;
const vanishing = {
  checkJob,
  submitJob: { outcome: 'accepted', upstreamId: 'video-1', expiresAt: EXPIRES, sequence: 2 },
  pollJob: { ...ENDED, expiresAt: EXPIRES, sequence: 2 },
} as const;
const unreadable = { outcome: 'unreadable', retryAfter: 600 } as const;

function timesOf(moments: readonly Moment[], wanted: StepName): number[] {
  return stepsOf(moments).flatMap(({ step, at }) => (step.name === wanted ? [at] : []));
}

function risksOf(moments: readonly Moment[]) {
  return stepsOf(moments).flatMap(({ step, at }) =>
    step.name === 'announceRisk' ? [{ ...step.input, told: at }] : [],
  );
}

describe('outputs that vanish upstream', () => {
  it.each<[string, Parameters<typeof carried>[0], StepName | false]>([
    ['upstream cannot be read', { collectOutputs: unreadable }, false],
    ['the data account is away', {}, 'collectOutputs'],
  ])('are tried for with growing urgency while %s', (_what, results, fails) => {
    const tries = timesOf(carried({ ...vanishing, ...results }, fails), 'collectOutputs');
    const before = tries.filter((time) => time < EXPIRES);
    for (const [index, time] of before.slice(1).entries()) {
      const previous = before[index] ?? 0;
      const longest = Math.min(Math.max((EXPIRES - previous) / 4, 15_000), 600_000);
      expect(time - previous).toBeLessThanOrEqual(longest + 1_000);
    }
    expect(EXPIRES - (before.at(-1) ?? 0)).toBeLessThanOrEqual(16_000);
  });

  it('are looked after with the same urgency while nobody can tell whether they are there', () => {
    const polls = timesOf(carried(vanishing, 'pollJob'), 'pollJob');
    const last = polls.filter((time) => time < EXPIRES).at(-1) ?? 0;
    expect(EXPIRES - last).toBeLessThanOrEqual(16_000);
  });

  it('are saved when storage comes back in the last ten minutes', () => {
    const moments = carried(vanishing, 'collectOutputs');
    const at = moments.findIndex(({ at: time }) => time > EXPIRES - 9 * MINUTE);
    const { input, after } = endOf(
      turned(
        at,
        { ...vanishing, collectOutputs: unreadable },
        { collectOutputs: { outcome: 'collected' } },
      ),
    );
    expect(input).toMatchObject({ status: 'succeeded' });
    expect(after).toBeLessThan(DAY);
  });

  it('end the job expired when they could not be read in time', () => {
    const { input, after } = endOf(carried({ ...vanishing, collectOutputs: unreadable }));
    expect(input).toMatchObject({ status: 'expired', error: { code: 'outputs-gone' } });
    expect(after).toBeGreaterThanOrEqual(DAY);
    expect(after).toBeLessThan(DAY + 10 * MINUTE);
  });

  it('are tried for once more when the data account comes back after they expired', () => {
    const moments = carried(vanishing, 'collectOutputs');
    expect(timesOf(moments, 'collectOutputs').at(-1)).toBeGreaterThan(EXPIRES + DAY);
    expect(namesOf(moments)).not.toContain('finishJob');
    for (const { effect, at } of moments) {
      if (effect.do === 'wait') expect(effect.until - at).toBeLessThanOrEqual(10 * MINUTE);
    }
  });

  it('end the job expired when some of them were gone, and what was there is saved', () => {
    const collectOutputs = {
      outcome: 'collected',
      error: { ...error, code: 'outputs-gone' },
    } as const;
    expect(endOf(carried({ ...vanishing, collectOutputs })).input).toMatchObject({
      status: 'expired',
      error: { code: 'outputs-gone' },
    });
  });

  it('count as gone when nothing could be read of the work until then', () => {
    const expiresAt = BEGINNING + 6 * HOUR;
    const submitJob = { ...vanishing.submitJob, expiresAt };
    const { input, after } = endOf(
      carried({ checkJob, submitJob, pollJob: { outcome: 'unreadable' } }),
    );
    expect(input).toMatchObject({
      status: 'expired',
      error: { code: 'outputs-gone' },
      mayRun: true,
    });
    expect(after).toBeLessThan(6 * HOUR + 10 * MINUTE);
  });

  it('are kept in mind by the newest word of upstream, which may come late', () => {
    const sooner = BEGINNING + 6 * HOUR;
    const late = {
      checkJob,
      pollJob: { ...ENDED, expiresAt: sooner, sequence: 2 },
      collectOutputs: unreadable,
    } as const;
    expect(endOf(carried(late)).after).toBeLessThan(6 * HOUR + 10 * MINUTE);
    const changed = { ...late, submitJob: vanishing.submitJob };
    expect(endOf(carried(changed)).after).toBeLessThan(6 * HOUR + 10 * MINUTE);
  });
});

describe('outputs at risk', () => {
  it('are told of once, four hours before they vanish, with all that the event needs', () => {
    const risks = risksOf(carried(vanishing, 'collectOutputs'));
    expect(risks).toHaveLength(1);
    expect(risks[0]).toMatchObject({
      jobId: 'job-1',
      upstreamId: 'video-1',
      sequence: 2,
      expiresAt: EXPIRES,
    });
    const told = risks[0]?.told ?? 0;
    expect(told).toBeGreaterThanOrEqual(EXPIRES - 4 * HOUR);
    expect(told).toBeLessThan(EXPIRES - 4 * HOUR + 11 * MINUTE);
  });

  it('are told of half-way when there was less time from the beginning', () => {
    const expiresAt = BEGINNING + HOUR;
    const soon = {
      ...vanishing,
      submitJob: { ...vanishing.submitJob, expiresAt },
      pollJob: { ...ENDED, expiresAt, sequence: 2 },
    };
    const [risk] = risksOf(carried({ ...soon, collectOutputs: unreadable }));
    expect((risk?.told ?? 0) - BEGINNING).toBeGreaterThanOrEqual(HOUR / 2 - 1_000);
    expect((risk?.told ?? 0) - BEGINNING).toBeLessThan(HOUR / 2 + 11 * MINUTE);
  });

  it('are told of again until it works, always the same, and never instead of a try', () => {
    const moments = carried({ ...vanishing, collectOutputs: unreadable }, 'announceRisk');
    const risks = risksOf(moments);
    expect(risks.length).toBeGreaterThan(3);
    expect(new Set(risks.map((risk) => JSON.stringify({ ...risk, told: 0 }))).size).toBe(1);
    const names = stepsOf(moments).map(({ step }) => step.name);
    for (const [index, name] of names.entries()) {
      if (name === 'announceRisk') expect(names[index - 1]).toBe('collectOutputs');
    }
    expect(timesOf(moments, 'collectOutputs').length).toBeGreaterThan(2 * risks.length);
  });

  it('are not told of while all goes well, however late it is', () => {
    const pollJob = { outcome: 'running', expiresAt: BEGINNING + 2 * HOUR, sequence: 2 } as const;
    const moments = carried({ ...vanishing, pollJob });
    expect(timesOf(moments, 'pollJob').at(-1)).toBeGreaterThan(BEGINNING + 2 * HOUR);
    expect(risksOf(moments)).toEqual([]);
    expect(risksOf(carried(vanishing))).toEqual([]);
    const late = { ...ENDED, expiresAt: BEGINNING + MINUTE, sequence: 2 };
    expect(risksOf(carried({ ...vanishing, pollJob: late }))).toEqual([]);
  });
});
