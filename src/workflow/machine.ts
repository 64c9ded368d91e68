import { afterCancel, afterCollect, afterPoll } from './after-submission.ts';
import { afterAdmit, afterCheck, afterPrepare } from './before-submission.ts';
import { heedDeadline } from './deadline.ts';
import { afterTelling, heedExpiry } from './expiry.ts';
import { LONGEST_WAIT, TROUBLE_PACE, waitAfter } from './pace.ts';
import { publishing, type State, type StateOf, type SubmittedState } from './state.ts';
import type { Step, StepName, StepResult, Steps } from './steps.ts';
import { riskOf, stepOf } from './step-of.ts';
import { afterFind, afterHold, afterSubmit } from './submission.ts';

/** What the orchestrator is to do next. */
export type Command =
  | { do: 'act'; step: Step }
  /** Until this moment (milliseconds since the epoch) or until woken. */
  | { do: 'wait'; until: number }
  | { do: 'end' };

/**
 * After so many failures in a row the rest is left to others: the events of an ended job to the timer,
 * which sends whatever was left behind, and upstream copies, a courtesy, to their expiry.
 */
const TRIES = { publish: 4, cleanUp: 10 };

export function begin(jobId: string): State {
  return { phase: 'check', jobId, waits: 0, troubles: 0 };
}

/** The state alone decides what comes next, so that replay and a new generation agree. */
export function commandOf(state: State): Command {
  if (state.phase === 'done') return { do: 'end' };
  if (state.unpublished) {
    return { do: 'act', step: { name: 'publishEvents', input: { jobId: state.jobId } } };
  }
  const told = 'upstreamId' in state ? riskOf(state) : undefined;
  if (told) return { do: 'act', step: { name: 'announceRisk', input: told } };
  if (state.waitUntil !== undefined) return { do: 'wait', until: state.waitUntil };
  return { do: 'act', step: stepOf(state) };
}

/**
 * @param now the orchestration's own time, milliseconds since the epoch.
 * @returns the state after the activity of `commandOf(state)` answered.
 */
export function afterResult(state: State, result: StepResult, now: number): State {
  if (state.unpublished) return heedDeadline(published(state), now);
  if (isTelling(state)) return heedDeadline(afterTelling(state, true, now), now);
  return bounded(advanced({ ...state, troubles: 0 }, result, now), now);
}

/** The activity threw: our own storage, bus or code is in trouble. Nothing is lost by waiting. */
export function afterTrouble(state: State, now: number): State {
  if (state.unpublished) return heedDeadline(published(state), now);
  if (isTelling(state)) return heedDeadline(afterTelling(state, false, now), now);
  const troubles = state.troubles + 1;
  if (isAfterEnd(state) && troubles >= TRIES[state.phase]) return afterEnd(state);
  const waitUntil = now + waitAfter(TROUBLE_PACE, troubles - 1, state.jobId);
  return bounded({ ...state, troubles, waitUntil }, now);
}

/** The wait is over, or something wants to be looked at: durable state says what. */
export function afterWait(state: State, now: number): State {
  const { waitUntil: _over, ...awake } = state;
  const looks = awake.phase === 'settle' || awake.phase === 'find';
  return heedDeadline(looks ? { ...awake, wokenAt: now } : awake, now);
}

/** Events of a running job are sent again by the timer, so one try is enough here. */
function published(state: State): State {
  const { unpublished: _sent, ...rest } = state;
  return rest;
}

function isTelling(state: State): state is SubmittedState {
  return 'upstreamId' in state && state.telling === true;
}

/** What the deadline, the expiry of outputs and the longest wait make of a new state. */
function bounded(state: State, now: number): State {
  return heedExpiry(boundedWait(heedDeadline(state, now), now), now);
}

function boundedWait(state: State, now: number): State {
  if (state.waitUntil === undefined) return state;
  return { ...state, waitUntil: Math.min(state.waitUntil, now + LONGEST_WAIT) };
}

type ResultOf<Name extends StepName> = Steps[Name]['result'];

function advanced(state: State, result: StepResult, now: number): State {
  switch (state.phase) {
    case 'check':
      return afterCheck(state, result as ResultOf<'checkJob'>, now);
    case 'admit':
      return afterAdmit(state, result as ResultOf<'admitJob'>, now);
    case 'prepare':
      return afterPrepare(state, result as ResultOf<'prepareJob'>, now);
    case 'submit':
    case 'settle':
      return afterSubmit(state, result as ResultOf<'submitJob'>, now);
    case 'find':
      return afterFind(state, result as ResultOf<'findSubmission'>, now);
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
    case 'cleanUp':
      return afterEnd(state);
    case 'done':
      return state;
  }
}

type EndedState = StateOf<keyof typeof TRIES>;

function isAfterEnd(state: State): state is EndedState {
  return state.phase in TRIES;
}

function afterEnd({ jobId, phase, cleanUp }: EndedState): State {
  const rest = { jobId, waits: 0, troubles: 0 };
  return phase === 'publish' && cleanUp
    ? { ...rest, phase: 'cleanUp', cleanUp }
    : { ...rest, phase: 'done' };
}
