import { jobError, type JobError } from '../jobs/errors.ts';
import type { Retry } from '../kinds/kind.ts';
import { deadlinePassed } from './deadline.ts';
import { expiryOf } from './expiry.ts';
import { LONGEST_WAIT, SETTLE_PACE, TROUBLE_PACE, TURNED_AWAY_PACE, waitAfter } from './pace.ts';
import {
  carried,
  carriedSubmission,
  FIRST_SUBMISSION,
  finishing,
  publishing,
  type CheckedState,
  type Ending,
  type State,
  type StateOf,
  type SubmittedState,
  type SubmittingState,
} from './state.ts';
import type { Accepted, FindResult, HoldResult, SubmitResult } from './steps.ts';

/**
 * A new deployment answers "not found" for up to five minutes, a new role assignment "forbidden"
 * for as long as ten; after this, waiting will not help.
 */
const HEALING_TIME = 15 * 60_000;

/** Each may be paid for, so even a user who chose `resubmit` beforehand is asked after these. */
const RESUBMISSIONS_UNASKED = 3;

type Settled = StateOf<'submit' | 'settle' | 'find'>;
type Unphased = Omit<SubmittingState, 'phase'>;

/** Begins a submission at one of its steps, those left out that this job does not need. */
export function submitting(from: 'admit' | 'prepare' | 'submit', known: Unphased): State {
  const { facts, reference } = known;
  if (from === 'admit' && facts.admits) return { ...known, phase: 'admit' };
  const isReady = from === 'submit' && reference !== undefined;
  return { ...known, phase: facts.prepares && !isReady ? 'prepare' : 'submit' };
}

export function afterSubmit(
  state: StateOf<'submit' | 'settle'>,
  result: SubmitResult,
  now: number,
): State {
  switch (result.outcome) {
    case 'accepted':
      return polling(state, result, now);
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

export function settling(settleUntil: number, waits: number, seed: string, now: number) {
  const waitUntil = Math.min(now + waitAfter(SETTLE_PACE, waits, seed), settleUntil);
  return { settleUntil, waits, waitUntil, wokenAt: now };
}

/** Whether what is not known at this look will not come any more. */
export function isFinal({ settleUntil, wokenAt }: StateOf<'settle' | 'find'>): boolean {
  return settleUntil !== undefined && wokenAt >= settleUntil;
}

/** The first wait of a new submission; its `started` event goes out meanwhile. */
export function polling(state: CheckedState, accepted: Accepted, now: number): State {
  return {
    ...carried(state),
    intent: accepted.intent ?? state.intent,
    phase: 'poll',
    upstreamId: accepted.upstreamId,
    polls: 0,
    timesGone: 0,
    ...expiryOf(undefined, accepted, now),
    unpublished: true,
    waitUntil: now + waitAfter(state.facts.pace, 0, state.jobId),
  };
}

function notAccepted(
  state: Settled,
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
  return submitting('submit', {
    ...carried(state),
    intent: state.intent + 1,
    refusals: refusals + 1,
    resubmissions,
    ...(settlingSince === undefined ? {} : { settlingSince }),
    waitUntil: now + waitAfter(TROUBLE_PACE, refusals, state.jobId, retry.after),
  });
}

/** Where upstream lets the work be found, it is looked for before anybody is asked. */
function uncertain(state: StateOf<'submit' | 'settle'>, error: JobError, now: number): State {
  if (!state.facts.finds) return undecided(state, error, now);
  const settled = state.phase === 'settle' && isFinal(state) ? state.settleUntil : undefined;
  return {
    ...carriedSubmission(state),
    phase: 'find',
    wokenAt: now,
    ...(settled === undefined ? {} : { settleUntil: settled }),
  };
}

/** Only the user can tell what is to become of the submission. */
function undecided(state: Settled, error: JobError, now: number): State {
  if (now >= state.facts.deadline) return finishing(state, inDoubt(state, deadlinePassed()));
  const asks = state.resubmissions >= RESUBMISSIONS_UNASKED;
  if (!state.facts.resubmitWhenUncertain || asks) {
    return { ...carried(state), phase: 'hold', error };
  }
  return submitting('submit', {
    ...carried(state),
    intent: state.intent + 1,
    refusals: 0,
    resubmissions: state.resubmissions + 1,
  });
}

/** A place that nobody could ever see to be free again is given back all the same. */
function inDoubt({ facts }: CheckedState, ending: Ending): Ending {
  return facts.finds ? { ...ending, mayRun: true } : ending;
}

export function afterFind(state: StateOf<'find'>, result: FindResult, now: number): State {
  switch (result.outcome) {
    case 'accepted':
      return polling(state, result, now);
    case 'absent':
      return isFinal(state) ? absent(state, now) : lookOnceMore(state, result.settleUntil, now);
    case 'ambiguous':
      return undecided(state, result.error, now);
    case 'unreadable':
      return lookAgain(state, now, result.retryAfter);
    case 'ended':
      return publishing(state);
  }
}

/** It was not accepted, so another intent is neither warned of nor paid twice. */
function absent(state: StateOf<'find'>, now: number): State {
  if (now >= state.facts.deadline) return finishing(state, deadlinePassed());
  const { refusals } = state;
  return submitting('submit', {
    ...carriedSubmission(state),
    intent: state.intent + 1,
    refusals: refusals + 1,
    waitUntil: now + waitAfter(TROUBLE_PACE, refusals, state.jobId),
  });
}

function lookOnceMore(state: StateOf<'find'>, settleUntil: number, now: number): State {
  const looking = { ...state, settleUntil, waits: 0, wokenAt: now };
  return now >= settleUntil ? looking : { ...looking, waitUntil: settleUntil };
}

function lookAgain(state: StateOf<'find'>, now: number, askedFor?: number): State {
  if (now >= state.facts.deadline) return finishing(state, inDoubt(state, deadlinePassed()));
  const wait = waitAfter(TROUBLE_PACE, state.waits, state.jobId, askedFor);
  const waitUntil = Math.min(now + wait, Math.max(state.facts.deadline, now));
  return { ...state, waits: state.waits + 1, waitUntil };
}

/** Upstream refused to begin what it had accepted: the same is sent again after a growing wait. */
export function turnedAway(state: SubmittedState, now: number): State {
  const times = state.turnedAway ?? 0;
  return submitting('prepare', {
    ...carried(state),
    ...FIRST_SUBMISSION,
    turnedAway: times + 1,
    intent: state.intent + 1,
    waitUntil: now + waitAfter(TURNED_AWAY_PACE, times, state.jobId),
  });
}

export function afterHold(state: StateOf<'hold'>, result: HoldResult, now: number): State {
  switch (result.answer) {
    case 'none':
      return { ...asked(state), waitUntil: now + LONGEST_WAIT };
    case 'resubmit':
      return submitting('admit', {
        ...carried(state),
        ...FIRST_SUBMISSION,
        intent: state.intent + 1,
      });
    case 'abandon':
      return finishing(state, inDoubt(state, abandoned()));
    case 'cancel':
      return finishing(state, inDoubt(state, { status: 'cancelled' }));
    case 'accepted':
      return polling(state, result, now);
    case 'ended':
      return publishing(state);
  }
}

function abandoned(): Ending {
  return {
    status: 'failed',
    error: jobError(
      'submission-abandoned',
      'The submission was given up. Send the job under a new id if it is still wanted.',
    ),
  };
}

/** The event is sent after the first look; every look after that only reads the answer. */
function asked(state: StateOf<'hold'>): StateOf<'hold'> {
  return state.waits > 0 ? state : { ...state, waits: 1, unpublished: true };
}
