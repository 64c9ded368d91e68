import { jobError } from '../../src/jobs/errors.ts';
import type { JobFacts, StepName, StepResult, Steps } from '../../src/workflow/steps.ts';

/** When the scripted jobs begin. */
export const BEGINNING = '2026-03-01T00:00:00.000Z';

/** What an activity is to throw. */
export const FAILS = Symbol('fails');

type Answers = { [Name in StepName]: readonly (Steps[Name]['result'] | typeof FAILS)[] };

/** A way whose activities are only played: what each answers, one time after the other. */
export type ScriptedPath = { facts?: Partial<JobFacts> } & Partial<Answers>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const began = Date.parse(BEGINNING);
const error = jobError('upstream-failed-retryable', 'It did not work.');
const uncertain = { outcome: 'uncertain', error } as const;
const accepted = { outcome: 'accepted', upstreamId: 'work-1' } as const;
const ended = { outcome: 'ended', result: { status: 'succeeded', hasOutputs: true } } as const;
const vanishing = { expiresAt: began + HOUR, sequence: 2 };
const absent = { outcome: 'absent', settleUntil: began + 150_000 } as const;

const facts: JobFacts = {
  deadline: began + 24 * HOUR,
  pace: { firstWait: 2, growth: 1.5, longestWait: 60 },
  cleanUp: true,
  resubmitWhenUncertain: false,
  admits: false,
  prepares: false,
  finds: false,
  splits: false,
};

/** Ways that responses do not go; the last answer of each activity is given from then on. */
export const SCRIPTED_PATHS: Readonly<Record<string, ScriptedPath>> = {
  admitted: {
    facts: { admits: true },
    admitJob: [
      { outcome: 'waiting', until: began + 30_000 },
      FAILS,
      { outcome: 'waiting' },
      { outcome: 'admitted' },
    ],
  },
  'expired-while-waiting': {
    facts: { admits: true, deadline: began + HOUR },
    admitJob: [{ outcome: 'waiting' }],
  },
  prepared: {
    facts: { prepares: true },
    prepareJob: [
      { outcome: 'pending' },
      { outcome: 'unreadable', retryAfter: 30 },
      { outcome: 'prepared', reference: 'file-1' },
    ],
  },
  found: {
    facts: { finds: true },
    submitJob: [uncertain],
    findSubmission: [{ outcome: 'unreadable' }, accepted],
  },
  absent: {
    facts: { finds: true },
    submitJob: [uncertain, accepted],
    findSubmission: [absent],
  },
  ambiguous: {
    facts: { admits: true, finds: true },
    submitJob: [uncertain, accepted],
    findSubmission: [{ outcome: 'ambiguous', error }],
    holdForAction: [{ answer: 'none' }, { answer: 'resubmit' }],
  },
  'turned-away': {
    facts: { admits: true, prepares: true },
    pollJob: [{ outcome: 'running' }, { outcome: 'turned-away', error }, ended],
  },
  'outputs-at-risk': {
    submitJob: [{ ...accepted, ...vanishing }],
    pollJob: [{ outcome: 'running', ...vanishing }, ended],
    collectOutputs: [...Array<typeof FAILS>(11).fill(FAILS), { outcome: 'collected' }],
    announceRisk: [FAILS, null],
  },
  'outputs-gone': {
    submitJob: [{ ...accepted, ...vanishing }],
    collectOutputs: [{ outcome: 'unreadable' }],
  },
};

const USUAL: Answers = {
  checkJob: [],
  admitJob: [{ outcome: 'admitted' }],
  prepareJob: [{ outcome: 'prepared', reference: 'file-1' }],
  submitJob: [accepted],
  findSubmission: [absent],
  settleSubmission: [uncertain],
  holdForAction: [{ answer: 'none' }],
  pollJob: [{ outcome: 'running' }, ended],
  cancelUpstream: [{ outcome: 'cancelled' }],
  collectOutputs: [{ outcome: 'collected' }],
  finishJob: [null],
  announceRisk: [null],
  publishEvents: [null],
  cleanUpJob: [null],
};

/**
 * Plays the activities of one job along a path.
 *
 * @returns what answers for an activity, time after time. @throws Error where it is to fail.
 */
export function played(path: ScriptedPath): (activity: string) => StepResult {
  const known = { ...facts, ...path.facts };
  const checkJob = [{ next: 'submit', facts: known, intent: 1 }] as const;
  const answers: Answers = { ...USUAL, checkJob, ...path };
  const times = new Map<string, number>();
  return (activity) => {
    const scripted = answers[activity as StepName];
    const time = times.get(activity) ?? 0;
    times.set(activity, time + 1);
    const answer = scripted[Math.min(time, scripted.length - 1)];
    if (answer === FAILS || answer === undefined) throw new Error(`${activity} fails here.`);
    return answer;
  };
}
