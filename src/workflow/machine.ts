import { afterCancel, afterCollect, afterPoll } from './after-submission.ts';
import { afterCheck, afterHold, afterSubmit } from './before-submission.ts';
import { heedDeadline } from './deadline.ts';
import { LONGEST_WAIT, TROUBLE_PACE, waitAfter } from './pace.ts';
import { publishing, type PhaseName, type State, type StateOf } from './state.ts';
import type { Step, StepName, StepResult, Steps } from './steps.ts';

/** What the orchestrator is to do next. */
export type Command =
  | { do: 'act'; step: Step }
  /** Until this moment (milliseconds since the epoch) or until woken. */
  | { do: 'wait'; until: number }
  | { do: 'end' };

/** Upstream copies are a courtesy: after this many failures they are left to expire. */
const CLEAN_UP_TRIES = 10;

export function begin(jobId: string): State {
  return { phase: 'check', jobId, waits: 0, troubles: 0 };
}

/** The state alone decides what comes next, so that replay and a new generation agree. */
export function commandOf(state: State): Command {
  if (state.phase === 'done') return { do: 'end' };
  if (state.unpublished) {
    return { do: 'act', step: { name: 'publishEvents', input: { jobId: state.jobId } } };
  }
  if (state.waitUntil !== undefined) return { do: 'wait', until: state.waitUntil };
  return { do: 'act', step: stepOf(state) };
}

/**
 * @param now the orchestration's own time, milliseconds since the epoch.
 * @returns the state after the activity of `commandOf(state)` answered.
 */
export function afterResult(state: State, result: StepResult, now: number): State {
  if (state.unpublished) return heedDeadline(published(state), now);
  return boundedWait(heedDeadline(advanced({ ...state, troubles: 0 }, result, now), now), now);
}

/** The activity threw: our own storage, bus or code is in trouble. Nothing is lost by waiting. */
export function afterTrouble(state: State, now: number): State {
  if (state.unpublished) return heedDeadline(published(state), now);
  const troubles = state.troubles + 1;
  if (state.phase === 'cleanUp' && troubles >= CLEAN_UP_TRIES) return { ...state, phase: 'done' };
  const waitUntil = now + waitAfter(TROUBLE_PACE, troubles - 1, state.jobId);
  return boundedWait(heedDeadline({ ...state, troubles, waitUntil }, now), now);
}

/** The wait is over, or something wants to be looked at: durable state says what. */
export function afterWait(state: State, now: number): State {
  const { waitUntil: _over, ...awake } = state;
  return heedDeadline(awake.phase === 'settle' ? { ...awake, wokenAt: now } : awake, now);
}

/** Events of a running job are sent again by the timer, so one try is enough here. */
function published(state: State): State {
  const { unpublished: _sent, ...rest } = state;
  return rest;
}

function boundedWait(state: State, now: number): State {
  if (state.waitUntil === undefined) return state;
  return { ...state, waitUntil: Math.min(state.waitUntil, now + LONGEST_WAIT) };
}

function stepOf(state: Exclude<State, { phase: 'done' }>): Step {
  const build = STEP_OF[state.phase] as (state: State) => Step;
  return build(state);
}

const STEP_OF: { [Phase in Exclude<PhaseName, 'done'>]: (state: StateOf<Phase>) => Step } = {
  check: ({ jobId }) => ({ name: 'checkJob', input: { jobId } }),
  submit: ({ jobId, intent }) => ({ name: 'submitJob', input: { jobId, intent } }),
  settle: ({ jobId, intent, settleUntil, wokenAt }) => ({
    name: 'settleSubmission',
    input: { jobId, intent, final: settleUntil !== undefined && wokenAt >= settleUntil },
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
    },
  }),
  cancel: ({ jobId, upstreamId }) => ({ name: 'cancelUpstream', input: { jobId, upstreamId } }),
  collect: ({ jobId, upstreamId, result }) => ({
    name: 'collectOutputs',
    input: { jobId, upstreamId, status: result.status },
  }),
  finish: ({ jobId, ending }) => ({ name: 'finishJob', input: { jobId, ...ending } }),
  publish: ({ jobId }) => ({ name: 'publishEvents', input: { jobId } }),
  cleanUp: ({ jobId, cleanUp }) => ({
    name: 'cleanUpJob',
    input: { jobId, upstreamId: cleanUp },
  }),
};

type ResultOf<Name extends StepName> = Steps[Name]['result'];

function advanced(state: State, result: StepResult, now: number): State {
  switch (state.phase) {
    case 'check':
      return afterCheck(state, result as ResultOf<'checkJob'>, now);
    case 'submit':
    case 'settle':
      return afterSubmit(state, result as ResultOf<'submitJob'>, now);
    case 'hold':
      return afterHold(state, result as ResultOf<'holdForAction'>, now);
    case 'poll':
      return afterPoll(state, result as ResultOf<'pollJob'>, now);
    case 'cancel':
      return afterCancel(state, result as ResultOf<'cancelUpstream'>, now);
    case 'collect':
      return afterCollect(state, result as ResultOf<'collectOutputs'>, now);
    case 'finish':
      return publishing(state);
    case 'publish':
      return state.cleanUp === undefined
        ? { ...state, phase: 'done' }
        : { ...state, phase: 'cleanUp', cleanUp: state.cleanUp };
    case 'cleanUp':
    case 'done':
      return { ...state, phase: 'done' };
  }
}
