import { LONGEST_WAIT, PREPARE_PACE, TROUBLE_PACE, waitAfter } from './pace.ts';
import { expiryOf } from './expiry.ts';
import {
  carriedSubmission,
  FIRST_SUBMISSION,
  finishing,
  publishing,
  type State,
  type StateOf,
} from './state.ts';
import type { AdmitResult, CheckResult, PrepareResult } from './steps.ts';
import { settling, submitting } from './submission.ts';

/** Asking for a place again is never a tight loop, whatever time is named. */
const SHORTEST_ADMISSION_WAIT = 1_000;

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
  const known = { ...knownOf(result), jobId, waits: 0, troubles: 0, unpublished: true } as const;
  switch (result.next) {
    case 'submit':
      return submitting('admit', { ...known, ...FIRST_SUBMISSION });
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
      const expiry = expiryOf(undefined, result, now);
      return { ...known, phase: 'poll', upstreamId, polls, timesGone: 0, ...expiry };
    }
  }
}

function knownOf(result: Extract<CheckResult, { intent: number }>) {
  const { facts, intent } = result;
  const reference = 'reference' in result ? result.reference : undefined;
  return { facts, intent, ...(reference === undefined ? {} : { reference }) };
}

export function afterAdmit(state: StateOf<'admit'>, result: AdmitResult, now: number): State {
  switch (result.outcome) {
    case 'admitted':
      return submitting('prepare', carriedSubmission(state));
    case 'waiting': {
      const until = Math.max(result.until ?? Infinity, now + SHORTEST_ADMISSION_WAIT);
      return { ...state, waitUntil: Math.min(until, now + LONGEST_WAIT) };
    }
    case 'cancelled':
      return finishing(state, { status: 'cancelled' });
    case 'ended':
      return publishing(state);
  }
}

export function afterPrepare(state: StateOf<'prepare'>, result: PrepareResult, now: number): State {
  switch (result.outcome) {
    case 'prepared':
      return submitting('submit', { ...carriedSubmission(state), reference: result.reference });
    case 'pending':
      return prepareAgain(state, PREPARE_PACE, result.retryAfter, now);
    case 'unreadable':
      return prepareAgain(state, TROUBLE_PACE, result.retryAfter, now);
    case 'refused':
      return finishing(state, { status: 'failed', error: result.error });
    case 'cancelled':
      return finishing(state, { status: 'cancelled' });
    case 'ended':
      return publishing(state);
  }
}

function prepareAgain(
  state: StateOf<'prepare'>,
  pace: typeof PREPARE_PACE,
  askedFor: number | undefined,
  now: number,
): State {
  const waitUntil = now + waitAfter(pace, state.waits, state.jobId, askedFor);
  return { ...state, waits: state.waits + 1, waitUntil };
}
