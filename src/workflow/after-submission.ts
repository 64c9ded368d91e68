import { jobError, type JobError } from '../jobs/errors.ts';
import type { UpstreamResult } from '../kinds/kind.ts';
import { deadlinePassed } from './deadline.ts';
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

/** A response that was just created may not be readable everywhere yet. */
const TIMES_GONE_TO_BELIEVE = 3;

/** Tries to stop work upstream after which an overdue job ends all the same. */
const STOP_TRIES = 6;

const MAY_STILL_RUN = 'The work could not be stopped upstream and may still run there.';

/** How long outputs are tried for, at the least, once upstream had them ready. */
const COLLECTING_TIME = 24 * 3_600_000;

export function afterPoll(state: StateOf<'poll'>, result: PollResult, now: number): State {
  switch (result.outcome) {
    case 'ended':
      return upstreamEnded(state, result.result, now);
    case 'gone':
      return gone(state, result, now);
    case 'running':
      if (state.stopping) return stopAgain(state, state.stopping, now);
      return result.cancel ? stop(state, 'cancel') : pollAgain({ ...state, timesGone: 0 }, now);
    case 'unreadable':
      return result.cancel && !state.stopping
        ? stop(state, 'cancel')
        : pollAgain(state, now, result.retryAfter);
  }
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
  if (result.hasOutputs) {
    return { ...carriedSubmitted(state), phase: 'collect', result, since: now };
  }
  return finishing(state, endingOf(state, result));
}

/** What upstream says wins, unless it only says that we stopped it. */
function endingOf(state: StateOf<'poll'>, { status, error }: UpstreamResult): Ending {
  if (status === 'cancelled' && state.stopping) return stopped(state.stopping);
  return { status, ...(error ? { error } : {}) };
}

function stopped(reason: StopReason, warning?: string): Ending {
  if (reason === 'deadline') return deadlinePassed(warning);
  return { status: 'cancelled', ...(warning ? { warning } : {}) };
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

/** Also when upstream said that the work had ended, and then that it runs. */
function stopAgain(
  state: StateOf<'poll' | 'cancel'>,
  stopping: StopReason,
  now: number,
  askedFor?: number,
): State {
  const waits = state.waits + 1;
  if (waits >= STOP_TRIES && now >= state.facts.deadline) {
    return finishing(state, stopped(stopping, MAY_STILL_RUN));
  }
  const waitUntil = now + waitAfter(TROUBLE_PACE, state.waits, state.jobId, askedFor);
  return { ...carriedSubmitted(state), phase: 'cancel', stopping, waits, waitUntil };
}

export function afterCollect(state: StateOf<'collect'>, result: CollectResult, now: number): State {
  switch (result.outcome) {
    case 'collected':
      return finishing(state, collectedEnding(state.result, result.error));
    case 'gone':
      return finishing(state, lostEnding(state.result, result.error));
    case 'unreadable':
      return collectAgain(state, now, result.retryAfter);
  }
}

function collectedEnding(result: UpstreamResult, error?: JobError): Ending {
  if (error) return { status: 'failed', error };
  return { status: result.status, ...(result.error ? { error: result.error } : {}) };
}

function lostEnding(result: UpstreamResult, error: JobError): Ending {
  return result.status === 'succeeded' ? { status: 'expired', error } : collectedEnding(result);
}

function collectAgain(state: StateOf<'collect'>, now: number, askedFor?: number): State {
  const given = Math.max(state.facts.deadline, state.since + COLLECTING_TIME);
  if (now >= given) return finishing(state, lostEnding(state.result, unreadableOutputs()));
  const wait = waitAfter(TROUBLE_PACE, state.waits, state.jobId, askedFor);
  return { ...state, waits: state.waits + 1, waitUntil: now + wait };
}

function unreadableOutputs(): JobError {
  return jobError(
    'outputs-gone',
    'Azure OpenAI finished the work, but its outputs could not be read for a day.',
  );
}
