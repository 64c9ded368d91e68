import { describe, expect, it } from 'vitest';
import type { StepName } from '../../src/workflow/steps.ts';
import { stepsOf, type Moment } from './support/drive.ts';
import { BEGINNING, DEADLINE, error, facts } from './support/machine-answers.ts';
import { carried, ENDED, endOf, namesOf, needing } from './support/usual-job.ts';

const SETTLED = BEGINNING + 150_000;

const expired = { status: 'expired', error: { code: 'deadline' } };
const uncertain = { outcome: 'uncertain', error } as const;
const found = { outcome: 'accepted', upstreamId: 'video-1' } as const;
const everything = needing({ admits: true, prepares: true, finds: true });
const finds = needing({ finds: true });

function inputsOf(moments: readonly Moment[], wanted: StepName): Record<string, unknown>[] {
  return stepsOf(moments).flatMap(({ step }) => (step.name === wanted ? [{ ...step.input }] : []));
}

function timesOf(moments: readonly Moment[], wanted: StepName): number[] {
  return stepsOf(moments).flatMap(({ step, at }) => (step.name === wanted ? [at - BEGINNING] : []));
}

/** What lies between the first such activities, one after the other. */
function gapsOf(moments: readonly Moment[], wanted: StepName): number[] {
  const times = timesOf(moments, wanted);
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

describe('a job under limits whose create needs something got ready', () => {
  it('takes a place, gets ready, and only then submits', () => {
    const moments = carried({ ...everything, pollJob: ENDED });
    expect(namesOf(moments).slice(0, 5)).toEqual([
      'checkJob',
      'admitJob',
      'prepareJob',
      'submitJob',
      'pollJob',
    ]);
    expect(inputsOf(moments, 'submitJob')).toEqual([
      { jobId: 'job-1', intent: 1, reference: 'file-1' },
    ]);
  });

  it('asks for its place again when it was told to, or every ten minutes', () => {
    const until = BEGINNING + 30_000;
    expect(
      timesOf(carried({ ...everything, admitJob: { outcome: 'waiting', until } }), 'admitJob')[1],
    ).toBe(30_000);
    expect(
      gapsOf(carried({ ...everything, admitJob: { outcome: 'waiting' } }), 'admitJob')[0],
    ).toBe(600_100);
  });

  it('does not ask without a pause when the time it was told has passed', () => {
    const admitJob = { outcome: 'waiting', until: BEGINNING } as const;
    const gaps = gapsOf(carried({ ...everything, admitJob }), 'admitJob').slice(0, -1);
    expect(gaps.length).toBeGreaterThan(10);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(1_000);
  });

  it.each<[string, Parameters<typeof carried>[0]]>([
    ['waits for a place', { admitJob: { outcome: 'waiting' } }],
    ['waits for an upload', { prepareJob: { outcome: 'pending' } }],
    ['cannot get ready', { prepareJob: { outcome: 'unreadable' } }],
  ])('expires at its deadline while it %s', (_what, results) => {
    const { after, input } = endOf(carried({ ...everything, ...results }));
    expect(input).toMatchObject(expired);
    expect(input).not.toHaveProperty('mayRun');
    expect(after).toBeGreaterThanOrEqual(DEADLINE);
    expect(after).toBeLessThan(DEADLINE + 1_000);
  });

  it.each<[StepName, Parameters<typeof carried>[0]]>([
    ['admitJob', { admitJob: { outcome: 'cancelled' } }],
    ['prepareJob', { prepareJob: { outcome: 'cancelled' } }],
  ])('ends when %s sees the wish to cancel', (last, results) => {
    const moments = carried({ ...everything, ...results });
    expect(namesOf(moments).slice(-2)).toEqual([last, 'finishJob']);
    expect(endOf(moments).input).toMatchObject({ status: 'cancelled' });
  });

  it('fails when upstream refuses what was to be got ready', () => {
    const moments = carried({ ...everything, prepareJob: { outcome: 'refused', error } });
    expect(endOf(moments).input).toMatchObject({ status: 'failed', error });
  });

  it('keeps its place and what it got ready when it is throttled', () => {
    const submitJob = {
      outcome: 'not-accepted',
      error,
      retry: { when: 'until-deadline' },
    } as const;
    const moments = carried({ ...everything, submitJob });
    expect(timesOf(moments, 'admitJob')).toHaveLength(1);
    expect(timesOf(moments, 'prepareJob')).toHaveLength(1);
    const sent = inputsOf(moments, 'submitJob');
    expect(sent.length).toBeGreaterThan(3);
    expect(sent.map(({ intent }) => intent)).toEqual(sent.map((_, index) => index + 1));
    for (const { reference } of sent) expect(reference).toBe('file-1');
  });

  it('has what was got ready taken back when it ends before its create', () => {
    const submitJob = { outcome: 'cancelled' } as const;
    expect(inputsOf(carried({ ...everything, submitJob }), 'cleanUpJob')).toEqual([
      { jobId: 'job-1', reference: 'file-1' },
    ]);
  });
});

describe('work that upstream turns away after it had accepted it', () => {
  const turnedAway = { outcome: 'turned-away', error } as const;

  it('is got ready and sent again in its place, after growing waits', () => {
    const moments = carried({ ...everything, pollJob: turnedAway });
    expect(timesOf(moments, 'admitJob')).toHaveLength(1);
    const gaps = gapsOf(moments, 'prepareJob');
    expect(gaps[0]).toBeGreaterThan(57_000);
    expect(gaps[1]).toBeGreaterThan(114_000);
    expect(gaps[2]).toBeGreaterThan(228_000);
    const intents = inputsOf(moments, 'submitJob').map(({ intent }) => intent);
    expect(intents.slice(0, 3)).toEqual([1, 2, 3]);
  });

  it('is waited for no longer than until the deadline', () => {
    const { after, input } = endOf(carried({ ...everything, pollJob: turnedAway }));
    expect(input).toMatchObject(expired);
    expect(after).toBeLessThan(DEADLINE + 60_000);
  });

  it('ends cancelled at once when the user wished for that', () => {
    const moments = carried({ ...everything, pollJob: { ...turnedAway, cancel: true } });
    expect(endOf(moments).input).toMatchObject({ status: 'cancelled' });
    expect(inputsOf(moments, 'submitJob')).toHaveLength(1);
  });
});

describe('an answer that came late', () => {
  it('leaves the intent after it to be sent, should its work be turned away', () => {
    const submitJob = { outcome: 'accepted', upstreamId: 'video-1', intent: 1 } as const;
    const pollJob = { outcome: 'turned-away', error } as const;
    const checkJob = { next: 'submit', facts, intent: 2 } as const;
    const intents = inputsOf(carried({ checkJob, submitJob, pollJob }), 'submitJob');
    expect(intents.slice(0, 2).map(({ intent }) => intent)).toEqual([2, 2]);
  });
});

describe('a create without an answer, where upstream can be searched', () => {
  it('is looked for at once, before anybody is asked', () => {
    const moments = carried({ ...finds, submitJob: uncertain, findSubmission: found });
    expect(namesOf(moments).slice(0, 4)).toEqual([
      'checkJob',
      'submitJob',
      'findSubmission',
      'pollJob',
    ]);
    expect(timesOf(moments, 'findSubmission')[0]).toBeLessThan(1_000);
  });

  it('that is absent is looked for once more when nothing can come any more, then sent anew', () => {
    const submitJob = uncertain;
    const findSubmission = { outcome: 'absent', settleUntil: SETTLED } as const;
    const moments = carried({ ...finds, submitJob, findSubmission });
    const looks = inputsOf(moments, 'findSubmission').slice(0, 2);
    expect(looks.map(({ final }) => final)).toEqual([false, true]);
    expect(timesOf(moments, 'findSubmission')[1]).toBe(SETTLED - BEGINNING);
    expect(inputsOf(moments, 'submitJob').map(({ intent }) => intent)).toContain(2);
    expect(namesOf(moments)).not.toContain('holdForAction');
  });

  it('is looked at for the last time at once when its window was over before', () => {
    const findSubmission = { outcome: 'absent', settleUntil: BEGINNING } as const;
    const moments = carried({ ...finds, submitJob: uncertain, findSubmission });
    const [first = 0, second = 0] = timesOf(moments, 'findSubmission');
    expect(second - first).toBe(100);
  });

  it('is asked about when only the user can tell', () => {
    const findSubmission = { outcome: 'ambiguous', error } as const;
    const answers = { submitJob: uncertain, findSubmission, settleSubmission: uncertain };
    const moments = carried({ ...finds, ...answers });
    expect(namesOf(moments).slice(0, 4)).toEqual([
      'checkJob',
      'submitJob',
      'findSubmission',
      'holdForAction',
    ]);
    expect(endOf(moments).input).toMatchObject({ ...expired, mayRun: true });
  });

  it('is looked for with growing waits until the deadline while upstream cannot be read', () => {
    const findSubmission = { outcome: 'unreadable' } as const;
    const moments = carried({ ...finds, submitJob: uncertain, findSubmission });
    const gaps = gapsOf(moments, 'findSubmission');
    expect(gaps[1]).toBeGreaterThan(gaps[0] ?? Infinity);
    expect(gaps[2]).toBeGreaterThan(gaps[1] ?? Infinity);
    const { after, input } = endOf(moments);
    expect(input).toMatchObject({ ...expired, mayRun: true });
    expect(after).toBeLessThan(DEADLINE + 1_000);
  });

  it('keeps its place when the user gives it up, for it may run', () => {
    const moments = carried({
      ...finds,
      submitJob: uncertain,
      findSubmission: { outcome: 'ambiguous', error },
      holdForAction: { answer: 'abandon' },
    });
    expect(endOf(moments).input).toMatchObject({ status: 'failed', mayRun: true });
  });

  it('gives its place back where nobody could ever see that it is free again', () => {
    const moments = carried({ submitJob: uncertain, holdForAction: { answer: 'abandon' } });
    expect(endOf(moments).input).not.toHaveProperty('mayRun');
  });

  it('that is found after the deadline is stopped', () => {
    const moments = carried(
      { ...finds, findSubmission: found, settleSubmission: uncertain },
      'submitJob',
    );
    expect(namesOf(moments).slice(2, 6)).toEqual([
      'settleSubmission',
      'findSubmission',
      'cancelUpstream',
      'finishJob',
    ]);
    expect(endOf(moments).input).toMatchObject(expired);
  });
});
