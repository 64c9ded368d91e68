import { jobError, type JobError } from '../jobs/errors.ts';
import type { Retry } from '../kinds/kind.ts';
import { deadlinePassed } from './deadline.ts';
import { LONGEST_WAIT, SETTLE_PACE, TROUBLE_PACE, waitAfter } from './pace.ts';
import {
  carried,
  carriedSubmission,
  FIRST_SUBMISSION,
  finishing,
  publishing,
  type CheckedState,
  type State,
  type StateOf,
} from './state.ts';
import type { CheckResult, HoldResult, SubmitResult } from './steps.ts';

/**
 * A new deployment answers "not found" for up to five minutes, a new role assignment "forbidden"
 * for as long as ten; after this, waiting will not help.
 */
const HEALING_TIME = 15 * 60_000;

/** Each may be paid for, so even a user who chose `resubmit` beforehand is asked after these. */
const RESUBMISSIONS_UNASKED = 3;

type Submitting = StateOf<'submit' | 'settle'>;

export function afterCheck(state: StateOf<'check'>, result: CheckResult, now: number): State {
  switch (result.next) {
    case 'ended':
      return publishing(state);
    case 'refused':
      return finishing(state, { status: 'failed', error: result.error });
    case 'cancelled':
      return finishing(state, { status: 'cancelled' });
    default:
      return resumed(state, result, now);
  }
}

function resumed(
  { jobId }: StateOf<'check'>,
  result: Extract<CheckResult, { intent: number }>,
  now: number,
): State {
  const { facts, intent } = result;
  const known = { jobId, facts, intent, waits: 0, troubles: 0, unpublished: true } as const;
  switch (result.next) {
    case 'submit':
      return { ...known, ...FIRST_SUBMISSION, phase: 'submit' };
    case 'settle':
      return {
        ...known,
        ...FIRST_SUBMISSION,
        phase: 'settle',
        ...settling(result.settleUntil, 0, jobId, now),
      };
    case 'hold':
      return { ...known, phase: 'hold', ...(result.error ? { error: result.error } : {}) };
    case 'poll': {
      const { upstreamId, polls } = result;
      return { ...known, phase: 'poll', upstreamId, polls, timesGone: 0 };
    }
  }
}

export function afterSubmit(state: Submitting, result: SubmitResult, now: number): State {
  switch (result.outcome) {
    case 'accepted':
      return polling(state, result.upstreamId, now);
    case 'not-accepted':
      return notAccepted(state, result, now);
    case 'uncertain':
      return uncertain(state, result.error, now);
    case 'pending': {
      const waits = state.phase === 'settle' ? state.waits + 1 : 0;
      return {
        ...carriedSubmission(state),
        phase: 'settle',
        ...settling(result.settleUntil, waits, state.jobId, now),
      };
    }
    case 'cancelled':
      return finishing(state, { status: 'cancelled' });
    case 'ended':
      return publishing(state);
  }
}

function settling(settleUntil: number, waits: number, seed: string, now: number) {
  const waitUntil = Math.min(now + waitAfter(SETTLE_PACE, waits, seed), settleUntil);
  return { settleUntil, waits, waitUntil, wokenAt: now };
}

/** The first wait of a new submission; its `started` event goes out meanwhile. */
export function polling(state: CheckedState, upstreamId: string, now: number): State {
  return {
    ...carried(state),
    phase: 'poll',
    upstreamId,
    polls: 0,
    timesGone: 0,
    unpublished: true,
    waitUntil: now + waitAfter(state.facts.pace, 0, state.jobId),
  };
}

function notAccepted(
  state: Submitting,
  { error, retry }: { error: JobError; retry: Retry },
  now: number,
): State {
  if (retry.when === 'never') return finishing(state, { status: 'failed', error });
  const settlingSince = retry.when === 'while-settling' ? (state.settlingSince ?? now) : undefined;
  if (settlingSince !== undefined && now - settlingSince >= HEALING_TIME) {
    return finishing(state, { status: 'failed', error });
  }
  if (now >= state.facts.deadline) return finishing(state, deadlinePassed());
  const { refusals, resubmissions } = state;
  return {
    ...carried(state),
    phase: 'submit',
    intent: state.intent + 1,
    refusals: refusals + 1,
    resubmissions,
    ...(settlingSince === undefined ? {} : { settlingSince }),
    waitUntil: now + waitAfter(TROUBLE_PACE, refusals, state.jobId, retry.after),
  };
}

function uncertain(state: Submitting, error: JobError, now: number): State {
  if (now >= state.facts.deadline) return finishing(state, deadlinePassed());
  const asks = state.resubmissions >= RESUBMISSIONS_UNASKED;
  if (!state.facts.resubmitWhenUncertain || asks) {
    return { ...carried(state), phase: 'hold', error };
  }
  return {
    ...carried(state),
    phase: 'submit',
    intent: state.intent + 1,
    refusals: 0,
    resubmissions: state.resubmissions + 1,
  };
}

export function afterHold(state: StateOf<'hold'>, result: HoldResult, now: number): State {
  switch (result.answer) {
    case 'none':
      return { ...asked(state), waitUntil: now + LONGEST_WAIT };
    case 'resubmit':
      return {
        ...carried(state),
        ...FIRST_SUBMISSION,
        phase: 'submit',
        intent: state.intent + 1,
      };
    case 'abandon':
      return finishing(state, {
        status: 'failed',
        error: jobError(
          'submission-abandoned',
          'The submission was given up. Send the job under a new id if it is still wanted.',
        ),
      });
    case 'cancel':
      return finishing(state, { status: 'cancelled' });
    case 'accepted':
      return polling(state, result.upstreamId, now);
    case 'ended':
      return publishing(state);
  }
}

/** The event is sent after the first look; every look after that only reads the answer. */
function asked(state: StateOf<'hold'>): StateOf<'hold'> {
  return state.waits > 0 ? state : { ...state, waits: 1, unpublished: true };
}
