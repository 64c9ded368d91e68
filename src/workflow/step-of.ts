import { waitAfter } from './pace.ts';
import type { PhaseName, State, StateOf, SubmittedState } from './state.ts';
import type { OutputsAtRisk, Step } from './steps.ts';
import { isFinal } from './submission.ts';

/** The activity that a phase asks for, with its input. */
export function stepOf(state: Exclude<State, { phase: 'done' }>): Step {
  const build = STEP_OF[state.phase] as (state: State) => Step;
  return build(state);
}

/** What is to be told of outputs at risk now; undefined when there is nothing to tell. */
export function riskOf({
  jobId,
  upstreamId,
  expiry,
  telling,
}: SubmittedState): OutputsAtRisk | undefined {
  if (!telling || !expiry?.risk) return undefined;
  const { at, expiresAt } = expiry.risk;
  return { jobId, upstreamId, sequence: expiry.sequence, expiresAt, at };
}

const STEP_OF: { [Phase in Exclude<PhaseName, 'done'>]: (state: StateOf<Phase>) => Step } = {
  check: ({ jobId }) => ({ name: 'checkJob', input: { jobId } }),
  admit: ({ jobId }) => ({ name: 'admitJob', input: { jobId } }),
  prepare: ({ jobId }) => ({ name: 'prepareJob', input: { jobId } }),
  submit: ({ jobId, intent, reference }) => ({
    name: 'submitJob',
    input: { jobId, intent, ...(reference === undefined ? {} : { reference }) },
  }),
  settle: (state) => ({
    name: 'settleSubmission',
    input: { jobId: state.jobId, intent: state.intent, final: isFinal(state) },
  }),
  find: (state) => ({
    name: 'findSubmission',
    input: { jobId: state.jobId, intent: state.intent, final: isFinal(state) },
  }),
  hold: ({ jobId, intent, error }) => ({
    name: 'holdForAction',
    input: { jobId, intent, ...(error ? { error } : {}) },
  }),
  poll: (state) => ({
    name: 'pollJob',
    input: {
      jobId: state.jobId,
      upstreamId: state.upstreamId,
      poll: state.polls + 1,
      wait: waitAfter(state.facts.pace, state.waits, state.jobId),
      ...(state.stopping ? { fresh: true } : {}),
    },
  }),
  cancel: ({ jobId, upstreamId }) => ({ name: 'cancelUpstream', input: { jobId, upstreamId } }),
  collect: ({ jobId, upstreamId, result }) => ({
    name: 'collectOutputs',
    input: { jobId, upstreamId, status: result.status },
  }),
  finish: ({ jobId, ending }) => ({ name: 'finishJob', input: { jobId, ...ending } }),
  publish: ({ jobId }) => ({ name: 'publishEvents', input: { jobId } }),
  cleanUp: ({ jobId, cleanUp }) => ({ name: 'cleanUpJob', input: { jobId, ...cleanUp } }),
};
