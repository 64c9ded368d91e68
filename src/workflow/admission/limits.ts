import type { Demand } from '../../kinds/kind.ts';
import type { DeploymentLimits } from '../ports.ts';

/** The span that limits per minute look back over, in milliseconds. */
export const MINUTE = 60_000;

/**
 * Of the calls of a minute, creates may be a quarter and status reads a half: the rest is kept for
 * downloads, cancelling and cleaning up, and no part can starve another. Most work is read several
 * times for each create, so more creates would only make the reads late.
 */
const CREATE_SHARE = 0.25;
const READ_SHARE = 0.5;

/**
 * One desk lets no more in: every entry is a change of one row, which bears some ten a second, and
 * an hour's worth of creates is in motion by then anyway.
 */
const MOST_CREATES_PER_MINUTE = 600;

/** At 120 bytes each, so many still fit a row; no documented limit comes near. */
export const MOST_HOLDERS = 2_000;

/** Whatever is asked for, where that is not known. */
const ANYTHING: Demand = { tokens: 0, enqueuedTokens: 0 };

/**
 * Whether work of this demand needs the desk's leave before its create; without a demand, whether
 * any work may need it.
 */
export function needsAdmission(limits: DeploymentLimits, demand: Demand = ANYTHING): boolean {
  return isHeld(limits, demand) || isPaced(limits, demand);
}

/** Whether a place is held for as long as the work runs. */
export function isHeld(limits: DeploymentLimits, demand: Demand): boolean {
  return limits.concurrent !== undefined || asksForQueue(limits, demand);
}

function asksForQueue({ enqueuedTokens }: DeploymentLimits, demand: Demand): boolean {
  return enqueuedTokens !== undefined && demand.enqueuedTokens !== undefined;
}

/** Whether some work of the deployment may hold places. */
export function hasPlaces({ concurrent, enqueuedTokens }: DeploymentLimits): boolean {
  return concurrent !== undefined || enqueuedTokens !== undefined;
}

function isPaced(limits: DeploymentLimits, demand: Demand): boolean {
  const countsTokens = limits.tokensPerMinute !== undefined && demand.tokens !== undefined;
  return countsTokens || createsPerMinute(limits) !== undefined;
}

/** Jobs that may be let in during a minute. */
export function createsPerMinute(limits: DeploymentLimits): number | undefined {
  const { createsPerMinute: own, requestsPerMinute: calls } = limits;
  if (own === undefined && calls === undefined) return undefined;
  const share = calls === undefined ? Infinity : Math.max(1, Math.floor(calls * CREATE_SHARE));
  return Math.min(own ?? Infinity, share, MOST_CREATES_PER_MINUTE);
}

/** Status reads that may be made in a minute. */
export function readsPerMinute(calls: number): number {
  return Math.max(1, Math.floor(calls * READ_SHARE));
}
