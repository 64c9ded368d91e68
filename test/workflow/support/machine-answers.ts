import * as fc from 'fast-check';
import { jobError } from '../../../src/jobs/errors.ts';
import type { UpstreamResult } from '../../../src/kinds/kind.ts';
import type {
  AdmitResult,
  CancelResult,
  CheckResult,
  CollectResult,
  FindResult,
  HoldResult,
  JobFacts,
  PollResult,
  PrepareResult,
  StepName,
  Steps,
  SubmitResult,
} from '../../../src/workflow/steps.ts';

/** When the orchestrations of these tests begin. */
export const BEGINNING = Date.parse('2026-03-01T00:00:00.000Z');

/** Milliseconds until the deadline of most of them. */
export const DEADLINE = 3_600_000;

export const facts: JobFacts = {
  deadline: BEGINNING + DEADLINE,
  pace: { firstWait: 2, growth: 1.5, longestWait: 60 },
  cleanUp: true,
  resubmitWhenUncertain: false,
  admits: false,
  prepares: false,
  finds: false,
  splits: false,
};

export const error = jobError('upstream-failed-retryable', 'It did not work.');

const seconds = fc.constantFrom(0, 1, 30, 700, 86_400);
const anyFacts: fc.Arbitrary<JobFacts> = fc.record({
  deadline: fc.integer({ min: -10, max: 7_200 }).map((after) => BEGINNING + after * 1_000),
  pace: fc.constant(facts.pace),
  cleanUp: fc.boolean(),
  resubmitWhenUncertain: fc.boolean(),
  admits: fc.boolean(),
  prepares: fc.boolean(),
  finds: fc.boolean(),
  splits: fc.boolean(),
});
/** In seven days at the latest; now and then it has passed already. */
const expiry = fc.oneof(
  fc.constant({}),
  fc.record({
    expiresAt: fc.integer({ min: -10, max: 30_000 }).map((after) => BEGINNING + after * 1_000),
    sequence: fc.constant(2),
  }),
);
const accepted = expiry.map((known) => ({ upstreamId: 'resp_1', ...known }));
const settleUntil = fc.integer({ min: 0, max: 7_200 }).map((after) => BEGINNING + after * 1_000);
const cancel = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ cancel: true } as const) },
);

const check: fc.Arbitrary<CheckResult> = fc.oneof(
  fc.constant<CheckResult>({ next: 'ended' }),
  fc.constant<CheckResult>({ next: 'refused', error }),
  fc.constant<CheckResult>({ next: 'cancelled' }),
  {
    weight: 8,
    arbitrary: fc.record({ next: fc.constant('submit'), facts: anyFacts, intent: fc.constant(1) }),
  },
  fc.record({
    next: fc.constant('settle'),
    facts: anyFacts,
    intent: fc.integer({ min: 1, max: 3 }),
    settleUntil,
  }),
  fc.record({
    next: fc.constant('hold'),
    facts: anyFacts,
    intent: fc.integer({ min: 1, max: 3 }),
    error: fc.constant(error),
  }),
  fc.record({
    next: fc.constant('poll'),
    facts: anyFacts,
    intent: fc.integer({ min: 1, max: 3 }),
    upstreamId: fc.constant('resp_1'),
    polls: fc.nat(50),
  }),
);

const admission: fc.Arbitrary<AdmitResult> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<AdmitResult>({ outcome: 'admitted' }) },
  fc.constant<AdmitResult>({ outcome: 'waiting' }),
  fc.record({ outcome: fc.constant('waiting'), until: settleUntil }),
  fc.constantFrom<AdmitResult>({ outcome: 'cancelled' }, { outcome: 'ended' }),
);

const preparation: fc.Arbitrary<PrepareResult> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constant<PrepareResult>({ outcome: 'prepared', reference: 'file-1' }),
  },
  fc.record({ outcome: fc.constantFrom('pending', 'unreadable'), retryAfter: seconds }),
  fc.constantFrom<PrepareResult>(
    { outcome: 'refused', error },
    { outcome: 'cancelled' },
    { outcome: 'ended' },
  ),
);

const finding: fc.Arbitrary<FindResult> = fc.oneof(
  { weight: 2, arbitrary: accepted.map((work): FindResult => ({ outcome: 'accepted', ...work })) },
  { weight: 3, arbitrary: fc.record({ outcome: fc.constant('absent'), settleUntil }) },
  { weight: 2, arbitrary: fc.record({ outcome: fc.constant('unreadable'), retryAfter: seconds }) },
  fc.constantFrom<FindResult>({ outcome: 'ambiguous', error }, { outcome: 'ended' }),
);

const submission: fc.Arbitrary<SubmitResult> = fc.oneof(
  {
    weight: 3,
    arbitrary: accepted.map((work): SubmitResult => ({ outcome: 'accepted', ...work })),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      outcome: fc.constant('not-accepted'),
      error: fc.constant(error),
      retry: fc.record({
        when: fc.constantFrom('never', 'while-settling', 'until-deadline', 'until-deadline'),
        after: seconds,
      }),
    }),
  },
  { weight: 3, arbitrary: fc.constant<SubmitResult>({ outcome: 'uncertain', error }) },
  { weight: 3, arbitrary: fc.record({ outcome: fc.constant('pending'), settleUntil }) },
  fc.constant<SubmitResult>({ outcome: 'cancelled' }),
  fc.constant<SubmitResult>({ outcome: 'ended' }),
);

const hold: fc.Arbitrary<HoldResult> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<HoldResult>({ answer: 'none' }) },
  fc.constantFrom<HoldResult>(
    { answer: 'resubmit' },
    { answer: 'abandon' },
    { answer: 'cancel' },
    { answer: 'ended' },
    { answer: 'accepted', upstreamId: 'resp_1' },
  ),
);

const result: fc.Arbitrary<UpstreamResult> = fc.record(
  {
    status: fc.constantFrom('succeeded', 'failed', 'cancelled', 'expired'),
    hasOutputs: fc.boolean(),
    error: fc.constant(error),
  },
  { requiredKeys: ['status', 'hasOutputs'] },
);

const poll: fc.Arbitrary<PollResult> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(cancel, expiry)
      .map(([wish, known]): PollResult => ({ outcome: 'running', ...known, ...wish })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(cancel, seconds)
      .map(([wish, retryAfter]): PollResult => ({ outcome: 'unreadable', retryAfter, ...wish })),
  },
  { weight: 2, arbitrary: cancel.map((wish): PollResult => ({ outcome: 'gone', error, ...wish })) },
  cancel.map((wish): PollResult => ({ outcome: 'turned-away', error, ...wish })),
  {
    weight: 2,
    arbitrary: fc
      .tuple(result, expiry)
      .map(([how, known]): PollResult => ({ outcome: 'ended', result: how, ...known })),
  },
);

const cancellation: fc.Arbitrary<CancelResult> = fc.oneof(
  fc.constantFrom<CancelResult>({ outcome: 'cancelled' }, { outcome: 'gone' }),
  { weight: 2, arbitrary: fc.constant<CancelResult>({ outcome: 'already-ended' }) },
  { weight: 4, arbitrary: fc.record({ outcome: fc.constant('unreadable'), retryAfter: seconds }) },
);

const collection: fc.Arbitrary<CollectResult> = fc.oneof(
  fc.constantFrom<CollectResult>(
    { outcome: 'collected' },
    { outcome: 'collected', error },
    { outcome: 'gone', error },
  ),
  { weight: 4, arbitrary: fc.record({ outcome: fc.constant('unreadable'), retryAfter: seconds }) },
);

/** What any activity might answer. */
export const anyResults: fc.Arbitrary<{ [Name in StepName]: Steps[Name]['result'] }> = fc.record({
  checkJob: check,
  admitJob: admission,
  prepareJob: preparation,
  findSubmission: finding,
  announceRisk: fc.constant(null),
  submitJob: submission,
  settleSubmission: submission,
  holdForAction: hold,
  pollJob: poll,
  cancelUpstream: cancellation,
  collectOutputs: collection,
  finishJob: fc.constant(null),
  publishEvents: fc.constant(null),
  cleanUpJob: fc.constant(null),
});
