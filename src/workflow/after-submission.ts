import type { JobError } from '../jobs/errors.ts';
import type { UpstreamResult } from '../kinds/kind.ts';
import { deadlinePassed } from './deadline.ts';
import { expiryOf, hasVanished, outputsVanished } from './expiry.ts';
import { TROUBLE_PACE, waitAfter } from './pace.ts';
import {
  carriedSubmitted,
  finishing,
  type Ending,
  type State,
  type StateOf,
  type StopReason,
} from './state.ts';
import type { CancelResult, CollectResult, PollResult } from './steps.ts';
import { turnedAway } from './submission.ts';

/** A response that was just created may not be readable everywhere yet. */
const TIMES_GONE_TO_BELIEVE = 3;

/**
 * Tries to stop work upstream after which an overdue job ends all the same: twenty minutes, for a
 * batch takes up to ten to stop.
 */
const STOP_TRIES = 9;

const MAY_STILL_RUN = 'The work could not be stopped upstream and may still run there.';

/** How long outputs are tried for, at the least, once upstream had them ready. */
const COLLECTING_TIME = 24 * 3_600_000;

export function afterPoll(
  { unreadable: _before, ...state }: StateOf<'poll'>,
  result: PollResult,
  now: number,
): State {
  switch (result.outcome) {
    case 'ended':
      return upstreamEnded(
        { ...state, ...expiryOf(state.expiry, result, now) },
        result.result,
        now,
      );
    case 'gone':
      return gone(state, result, now);
    case 'turned-away': {
      const stopping = state.stopping ?? (result.cancel ? 'cancel' : undefined);
      return stopping ? finishing(state, stopped(stopping)) : turnedAway(state, now);
    }
    case 'running':
      return runsOn({ ...state, ...expiryOf(state.expiry, result, now) }, result, now);
    case 'unreadable':
      return pollUnreadable({ ...state, unreadable: true }, result, now);
  }
}

function runsOn(state: StateOf<'poll'>, { cancel }: { cancel?: true }, now: number): State {
  if (state.stopping) return stopAgain(state, state.stopping, now);
  return cancel ? stop(state, 'cancel') : pollAgain({ ...state, timesGone: 0 }, now);
}

function pollUnreadable(
  state: StateOf<'poll'>,
  { cancel, retryAfter }: { cancel?: true; retryAfter?: number },
  now: number,
): State {
  if (cancel && !state.stopping) return stop(state, 'cancel');
  if (hasVanished(state, now)) return finishing(state, unseen(state.stopping));
  return pollAgain(state, now, retryAfter);
}

/** Work of which nothing could be read until its outputs had vanished. */
function unseen(stopping: StopReason | undefined): Ending {
  if (stopping) return stopped(stopping, MAY_STILL_RUN);
  return { status: 'expired', error: outputsVanished(), warning: MAY_STILL_RUN, mayRun: true };
}

function pollAgain(state: StateOf<'poll'>, now: number, askedFor?: number): State {
  if (state.stopping && now >= state.facts.deadline + COLLECTING_TIME) {
    return finishing(state, stopped(state.stopping, MAY_STILL_RUN));
  }
  const wait = waitAfter(state.facts.pace, state.waits + 1, state.jobId, askedFor);
  return { ...state, waits: state.waits + 1, polls: state.polls + 1, waitUntil: now + wait };
}

function stop(state: StateOf<'poll'>, stopping: StopReason): State {
  return { ...carriedSubmitted(state), phase: 'cancel', stopping };
}

function upstreamEnded(state: StateOf<'poll'>, result: UpstreamResult, now: number): State {
  const { stopping } = state;
  if (!result.hasOutputs) return finishing(state, endingOf(stopping, result));
  return {
    ...carriedSubmitted(state),
    phase: 'collect',
    result,
    since: now,
    ...(stopping ? { stopping } : {}),
  };
}

/** What upstream says wins, unless it only says that we stopped it. */
function endingOf(
  stopping: StopReason | undefined,
  { status, error }: Pick<UpstreamResult, 'status' | 'error'>,
): Ending {
  if (status === 'cancelled' && stopping) return stopped(stopping);
  return { status, ...(error ? { error } : {}) };
}

function stopped(reason: StopReason, warning?: string): Ending {
  const ending: Ending = reason === 'deadline' ? deadlinePassed() : { status: 'cancelled' };
  return warning ? { ...ending, warning, mayRun: true } : ending;
}

function gone(
  state: StateOf<'poll'>,
  { error, cancel }: { error: JobError; cancel?: true },
  now: number,
): State {
  const timesGone = state.timesGone + 1;
  if (timesGone < TIMES_GONE_TO_BELIEVE) return pollAgain({ ...state, timesGone }, now);
  const stopping = state.stopping ?? (cancel ? 'cancel' : undefined);
  return finishing(state, stopping ? stopped(stopping) : { status: 'expired', error });
}

export function afterCancel(state: StateOf<'cancel'>, result: CancelResult, now: number): State {
  switch (result.outcome) {
    case 'cancelled':
      return finishing(state, stopped(state.stopping));
    case 'already-ended':
    case 'gone':
      return {
        ...carriedSubmitted(state),
        phase: 'poll',
        stopping: state.stopping,
        timesGone: 0,
        waits: state.waits,
      };
    case 'unreadable':
      return stopAgain(state, state.stopping, now, result.retryAfter);
  }
}

/**
 * Also when upstream said that the work had ended, and then that it runs. Parts stop and bring home
 * what they have, each in its own time.
 */
function stopAgain(
  state: StateOf<'poll' | 'cancel'>,
  stopping: StopReason,
  now: number,
  askedFor?: number,
): State {
  const waits = state.waits + 1;
  if (waits >= STOP_TRIES && now >= state.facts.deadline && !state.facts.splits) {
    return finishing(state, stopped(stopping, MAY_STILL_RUN));
  }
  const waitUntil = now + waitAfter(TROUBLE_PACE, state.waits, state.jobId, askedFor);
  return { ...carriedSubmitted(state), phase: 'cancel', stopping, waits, waitUntil };
}

export function afterCollect(state: StateOf<'collect'>, result: CollectResult, now: number): State {
  switch (result.outcome) {
    case 'collected':
      return finishing(state, collectedEnding(state, result.error));
    case 'gone':
      return finishing(state, lostEnding(state, result.error));
    case 'unreadable':
      return collectAgain(state, now, result.retryAfter);
  }
}

type Collected = Pick<StateOf<'collect'>, 'result' | 'stopping'>;

function collectedEnding({ result, stopping }: Collected, error?: JobError): Ending {
  if (error) return { status: error.code === 'outputs-gone' ? 'expired' : 'failed', error };
  return endingOf(stopping, result);
}

function lostEnding({ result, stopping }: Collected, error: JobError): Ending {
  return result.status === 'succeeded' ? { status: 'expired', error } : endingOf(stopping, result);
}

function collectAgain(state: StateOf<'collect'>, now: number, askedFor?: number): State {
  if (isTimeOver(state, now)) return finishing(state, lostEnding(state, outputsVanished()));
  const wait = waitAfter(TROUBLE_PACE, state.waits, state.jobId, askedFor);
  return { ...state, waits: state.waits + 1, waitUntil: now + wait };
}

function isTimeOver(state: StateOf<'collect'>, now: number): boolean {
  if (state.expiry) return hasVanished(state, now);
  return now >= Math.max(state.facts.deadline, state.since + COLLECTING_TIME);
}
