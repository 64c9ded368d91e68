import { describe, expect, it } from 'vitest';
import { stepsOf } from './support/drive.ts';
import { BEGINNING, DEADLINE, error, facts } from './support/machine-answers.ts';
import { carried, ENDED, endOf, namesOf, turned, type Results } from './support/usual-job.ts';

const cancelled = { status: 'cancelled' };
const expired = { status: 'expired', error: { code: 'deadline' } };
const uncertain = { outcome: 'uncertain', error } as const;
const notAccepted = (when: 'never' | 'while-settling' | 'until-deadline') =>
  ({ outcome: 'not-accepted', error, retry: { when } }) as const;

describe('a job that goes well', () => {
  it('is checked, submitted, polled, collected, finished, announced and cleaned up', () => {
    const moments = turned(8, {}, { pollJob: ENDED });
    expect(namesOf(moments)).toEqual([
      'checkJob',
      'submitJob',
      'pollJob',
      'collectOutputs',
      'finishJob',
      'cleanUpJob',
    ]);
    expect(endOf(moments).input).toMatchObject({ status: 'succeeded' });
  });

  it('sends its events before anything else once they were decided', () => {
    const names = stepsOf(carried({ pollJob: ENDED })).map(({ step }) => step.name);
    expect(names.slice(0, 4)).toEqual(['checkJob', 'publishEvents', 'submitJob', 'publishEvents']);
    expect(names.indexOf('publishEvents', names.indexOf('finishJob'))).toBeGreaterThan(0);
  });

  it('does nothing but tell of the end when it had ended before', () => {
    const names = stepsOf(carried({ checkJob: { next: 'ended' } })).map(({ step }) => step.name);
    expect(names).toEqual(['checkJob', 'publishEvents']);
  });
});

describe('the deadline', () => {
  it.each<[string, Partial<Results>]>([
    ['upstream refuses', { submitJob: notAccepted('until-deadline') }],
    ['upstream works', {}],
    ['nothing can be read', { pollJob: { outcome: 'unreadable' } }],
    ['the user does not answer', { submitJob: uncertain, settleSubmission: uncertain }],
  ])('ends a job while %s', (_what, results) => {
    const { after, input } = endOf(carried(results));
    expect(input).toMatchObject(expired);
    expect(after).toBeGreaterThanOrEqual(DEADLINE);
    expect(after).toBeLessThan(DEADLINE + 60_000);
  });

  it('stops the work upstream before it ends the job', () => {
    expect(namesOf(carried({}))).toEqual([
      'checkJob',
      'submitJob',
      'pollJob',
      'cancelUpstream',
      'finishJob',
      'cleanUpJob',
    ]);
  });

  it('looks at a submission that failed on our side before it gives the job up', () => {
    const settleSubmission = { outcome: 'accepted', upstreamId: 'resp_1' } as const;
    const moments = carried({ settleSubmission }, 'submitJob');
    expect(namesOf(moments)).toEqual([
      'checkJob',
      'submitJob',
      'settleSubmission',
      'cancelUpstream',
      'finishJob',
      'cleanUpJob',
    ]);
    expect(endOf(moments).input).toMatchObject(expired);
  });

  it('looks once more at a submission in doubt before it gives the job up', () => {
    const settleSubmission = { outcome: 'accepted', upstreamId: 'resp_1' } as const;
    expect(namesOf(carried({ submitJob: uncertain, settleSubmission })).slice(2, 5)).toEqual([
      'holdForAction',
      'settleSubmission',
      'cancelUpstream',
    ]);
  });

  it('does not cut collecting short, however often the outputs cannot be read', () => {
    const moments = carried({ pollJob: ENDED, collectOutputs: { outcome: 'unreadable' } });
    const { after, input } = endOf(moments);
    expect(after).toBeGreaterThan(24 * 3_600_000);
    expect(input).toMatchObject({ status: 'expired', error: { code: 'outputs-gone' } });
  });

  it('lets work win that ended while it was being stopped', () => {
    const moments = turned(
      60,
      {},
      { cancelUpstream: { outcome: 'already-ended' }, pollJob: ENDED },
    );
    expect(endOf(moments).input).toMatchObject({ status: 'succeeded' });
  });
});

describe('the wish to cancel', () => {
  it('ends a job before its first submission', () => {
    expect(endOf(carried({ checkJob: { next: 'cancelled' } })).input).toMatchObject(cancelled);
    expect(endOf(carried({ submitJob: { outcome: 'cancelled' } })).input).toMatchObject(cancelled);
  });

  it('ends a job that waits for an answer', () => {
    const { input } = endOf(carried({ submitJob: uncertain, holdForAction: { answer: 'cancel' } }));
    expect(input).toMatchObject(cancelled);
  });

  it.each<[string, Partial<Results>]>([
    ['running', { pollJob: { outcome: 'running', cancel: true } }],
    ['unreadable', { pollJob: { outcome: 'unreadable', cancel: true } }],
  ])('stops work that is %s', (_what, results) => {
    const moments = carried(results);
    expect(namesOf(moments).slice(2, 5)).toEqual(['pollJob', 'cancelUpstream', 'finishJob']);
    expect(endOf(moments).input).toMatchObject(cancelled);
  });

  it('lets upstream win when it had ended before', () => {
    const moments = turned(
      8,
      {
        pollJob: { outcome: 'running', cancel: true },
        cancelUpstream: { outcome: 'already-ended' },
      },
      { pollJob: ENDED },
    );
    expect(endOf(moments).input).toMatchObject({ status: 'succeeded' });
  });

  it('does not believe at once that the work is gone', () => {
    const moments = turned(
      6,
      { pollJob: { outcome: 'running', cancel: true }, cancelUpstream: { outcome: 'gone' } },
      { pollJob: ENDED },
    );
    expect(endOf(moments).input).toMatchObject({ status: 'succeeded' });
  });

  it.each<[string, Partial<Results>]>([
    ['cannot be stopped', { cancelUpstream: { outcome: 'unreadable' } }],
    ['is said to have ended and goes on', { cancelUpstream: { outcome: 'already-ended' } }],
  ])('ends a job whose work %s, after its deadline and with a warning', (_what, results) => {
    const { after, input } = endOf(
      carried({ pollJob: { outcome: 'running', cancel: true }, ...results }),
    );
    expect(after).toBeGreaterThanOrEqual(DEADLINE);
    expect(input).toMatchObject({
      ...cancelled,
      warning: expect.stringContaining('may still run'),
    });
  });

  it('has an end even when nothing can be read of stopped work any more', () => {
    const moments = turned(
      8,
      { pollJob: { outcome: 'running', cancel: true } },
      { pollJob: { outcome: 'unreadable' }, cancelUpstream: { outcome: 'already-ended' } },
    );
    expect(endOf(moments).input).toMatchObject(cancelled);
  });
});

describe('a submission', () => {
  it('is refused for good', () => {
    const { after, input } = endOf(carried({ submitJob: notAccepted('never') }));
    expect(input).toMatchObject({ status: 'failed', error });
    expect(after).toBeLessThan(1_000);
  });

  it('is given a quarter of an hour for what heals within minutes', () => {
    const { after, input } = endOf(carried({ submitJob: notAccepted('while-settling') }));
    expect(input).toMatchObject({ status: 'failed', error });
    expect(after).toBeGreaterThanOrEqual(15 * 60_000);
    expect(after).toBeLessThan(26 * 60_000);
  });

  it('is asked about when it is uncertain', () => {
    const moments = carried({ submitJob: uncertain, holdForAction: { answer: 'abandon' } });
    expect(namesOf(moments)).toEqual(['checkJob', 'submitJob', 'holdForAction', 'finishJob']);
    expect(endOf(moments).input).toMatchObject({
      status: 'failed',
      error: { code: 'submission-abandoned' },
    });
  });

  it('is sent again three times unasked when the user chose so beforehand', () => {
    const resubmitting = { ...facts, resubmitWhenUncertain: true };
    const moments = carried({
      checkJob: { next: 'submit', facts: resubmitting, intent: 1 },
      submitJob: uncertain,
    });
    const steps = stepsOf(moments).map(({ step }) => step);
    const intents = steps.flatMap((step) => (step.name === 'submitJob' ? step.input.intent : []));
    expect(intents).toEqual([1, 2, 3, 4]);
    expect(steps.map(({ name }) => name)).toContain('holdForAction');
  });

  it('that another run holds is looked at until its window is over, then closed', () => {
    const settleUntil = BEGINNING + 150_000;
    const moments = carried({ submitJob: { outcome: 'pending', settleUntil } });
    const looks = stepsOf(moments).flatMap(({ step, at }) =>
      step.name === 'settleSubmission' ? [{ final: step.input.final, at }] : [],
    );
    for (const { final, at } of looks) expect(final).toBe(at >= settleUntil);
    expect(looks.some(({ final }) => final)).toBe(true);
  });
});

describe('work that upstream no longer knows', () => {
  it('is believed to be gone after three times', () => {
    const moments = carried({ pollJob: { outcome: 'gone', error } });
    const polls = stepsOf(moments).filter(({ step }) => step.name === 'pollJob');
    expect(polls).toHaveLength(3);
    expect(endOf(moments).input).toMatchObject({ status: 'expired', error });
  });
});

describe('collecting', () => {
  it('ends a job as it ended upstream when what it made of it is gone', () => {
    const failed = {
      outcome: 'ended',
      result: { status: 'failed', error, hasOutputs: true },
    } as const;
    const gone = { outcome: 'gone', error: { ...error, code: 'outputs-gone' } } as const;
    expect(endOf(carried({ pollJob: failed, collectOutputs: gone })).input).toMatchObject({
      status: 'failed',
      error,
    });
    expect(endOf(carried({ pollJob: ENDED, collectOutputs: gone })).input).toMatchObject({
      status: 'expired',
      error: { code: 'outputs-gone' },
    });
  });

  it('may show that success was none', () => {
    const collectOutputs = { outcome: 'collected', error } as const;
    expect(endOf(carried({ pollJob: ENDED, collectOutputs })).input).toMatchObject({
      status: 'failed',
      error,
    });
  });
});

describe('telling the end', () => {
  it('is left to the timer after four failures, and what follows is done all the same', () => {
    const moments = carried({ pollJob: ENDED }, 'publishEvents');
    const names = stepsOf(moments).map(({ step }) => step.name);
    const afterEnd = names.slice(names.indexOf('finishJob') + 1);
    expect(afterEnd).toEqual([...Array<string>(4).fill('publishEvents'), 'cleanUpJob']);
  });
});

describe('cleaning up', () => {
  it('is given up after ten failures, for the job has long ended', () => {
    const moments = carried({ pollJob: ENDED }, 'cleanUpJob');
    const tries = stepsOf(moments).filter(({ step }) => step.name === 'cleanUpJob');
    expect(tries).toHaveLength(10);
  });
});
