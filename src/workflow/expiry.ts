import { jobError, type JobError } from '../jobs/errors.ts';
import type { State, SubmittedState } from './state.ts';
import type { Vanishing } from './steps.ts';

/** When outputs vanish upstream, as far as upstream has said (design, rule 3). */
export interface Expiry {
  /** Milliseconds since the epoch, by the newest word of upstream; it may change. */
  at: number;
  /** When the work was accepted; milliseconds since the epoch. */
  since: number;
  /** The number of the job's newest event. */
  sequence: number;
  risk?: Risk;
}

/** What is told of outputs at risk stays as it was first decided, so that a repeat tells the same. */
interface Risk {
  /** Follows from the expiry alone, so that another orchestration of the job tells the same. */
  at: number;
  expiresAt: number;
  told?: true;
  /** Telling failed: not before this moment again, since collecting comes first. */
  tellAfter?: number;
}

/** While outputs can vanish, no wait is longer than this part of the time that they have left. */
const PART_OF_REMAINING = 1 / 4;
const SHORTEST_WAIT = 15_000;

/** Outputs that cannot be had with so little time left are told of, so that a person can act. */
const RISK_TIME = 4 * 3_600_000;

/** Clocks differ, and upstream may be late in deleting: so long it is still worth asking. */
const GRACE = 5 * 60_000;

const TELL_AGAIN_AFTER = 5 * 60_000;

/** @param known what was known before; the newest word counts. */
export function expiryOf(
  known: Expiry | undefined,
  { expiresAt, since, sequence }: Vanishing,
  now: number,
): { expiry?: Expiry } {
  if (expiresAt === undefined) return known ? { expiry: known } : {};
  const before = known ?? { since: since ?? now, sequence: sequence ?? 0 };
  return { expiry: { ...before, at: expiresAt } };
}

/** Outputs that may vanish are looked after with growing urgency, and told of in time. */
export function heedExpiry(state: State, now: number): State {
  if (!('upstreamId' in state) || !state.expiry) return state;
  return heedRisk(hurried(state, state.expiry, now), state.expiry, now);
}

function hurried(state: SubmittedState, { at }: Expiry, now: number): SubmittedState {
  if (state.waitUntil === undefined || now >= at + GRACE) return state;
  const longest = Math.max((at - now) * PART_OF_REMAINING, SHORTEST_WAIT);
  return { ...state, waitUntil: Math.min(state.waitUntil, now + longest) };
}

function heedRisk(state: SubmittedState, expiry: Expiry, now: number): SubmittedState {
  const { at, since, risk } = expiry;
  const riskAt = Math.floor(at - Math.min(RISK_TIME, (at - since) / 2));
  if (!isBlind(state) || now < riskAt) return state;
  if (risk?.told || now < (risk?.tellAfter ?? 0)) return state;
  const decided = risk ?? { at: riskAt, expiresAt: at };
  return { ...state, telling: true, expiry: { ...expiry, risk: decided } };
}

/** Outputs are there, or may be, and cannot be had or looked at. */
function isBlind(state: SubmittedState): boolean {
  if (state.troubles > 0) return true;
  return state.phase === 'poll' ? state.unreadable === true : state.waits > 0;
}

/** The risk was told, or could not be: then it is told later. */
export function afterTelling(state: SubmittedState, told: boolean, now: number): SubmittedState {
  const { telling: _tried, ...rest } = state;
  const { expiry } = rest;
  if (!expiry?.risk) return rest;
  const { at, expiresAt } = expiry.risk;
  const next = told ? { told } : { tellAfter: now + TELL_AGAIN_AFTER };
  return { ...rest, expiry: { ...expiry, risk: { at, expiresAt, ...next } } };
}

/** Whether the outputs have vanished by all that is known. */
export function hasVanished(state: SubmittedState, now: number): boolean {
  return state.expiry !== undefined && now >= state.expiry.at + GRACE;
}

export function outputsVanished(): JobError {
  return jobError(
    'outputs-gone',
    'The outputs could not be read before Azure OpenAI deleted them. Hand in a new job to do the work again.',
  );
}
