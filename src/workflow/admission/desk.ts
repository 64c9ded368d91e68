import type { Demand } from '../../kinds/kind.ts';
import type { Desk, DeploymentLimits, Entry, Waiter } from '../ports.ts';
import { createsPerMinute, isHeld, MINUTE, MOST_HOLDERS } from './limits.ts';

/** A limit that leaves no room. */
export interface Full {
  limit: Exclude<keyof DeploymentLimits, 'requestsPerMinute'>;
  /** Milliseconds since the epoch; absent: until a place is given back. */
  until?: number;
}

/** One job before the desk. */
export interface Applicant {
  jobId: string;
  demand: Demand;
}

export const EMPTY_DESK: Desk = { holders: [], queued: false, entries: [] };

/** The desk without what is older than a minute. */
export function refreshed(desk: Desk, now: number): Desk {
  const entries = desk.entries.filter(({ at }) => at > now - MINUTE);
  return entries.length === desk.entries.length ? desk : { ...desk, entries };
}

/**
 * Whether the job may go on already. Where nothing is held, an entry of the last minute says so,
 * so that a repeated run is not counted again.
 */
export function isAdmitted(
  desk: Desk,
  limits: DeploymentLimits,
  { jobId, demand }: Applicant,
): boolean {
  const among = isHeld(limits, demand) ? desk.holders : desk.entries;
  return among.some((one) => one.jobId === jobId);
}

/**
 * What keeps work of this demand out; undefined when there is room.
 *
 * @param desk refreshed.
 */
export function fullLimit(desk: Desk, limits: DeploymentLimits, demand: Demand): Full | undefined {
  return (
    placesFull(desk, limits, demand) ??
    queueFull(desk, limits, demand) ??
    latest(createsFull(desk, limits), tokensFull(desk, limits, demand))
  );
}

function placesFull(desk: Desk, limits: DeploymentLimits, demand: Demand): Full | undefined {
  const most = Math.min(limits.concurrent ?? Infinity, MOST_HOLDERS);
  return isHeld(limits, demand) && desk.holders.length >= most
    ? { limit: 'concurrent' }
    : undefined;
}

/** Work larger than the whole queue is let in by itself: upstream has the last word on it. */
function queueFull(desk: Desk, limits: DeploymentLimits, demand: Demand): Full | undefined {
  if (limits.enqueuedTokens === undefined || demand.enqueuedTokens === undefined) return undefined;
  const held = enqueuedTokens(desk);
  return held > 0 && held + demand.enqueuedTokens > limits.enqueuedTokens
    ? { limit: 'enqueuedTokens' }
    : undefined;
}

export function enqueuedTokens({ holders }: Desk): number {
  return holders.reduce((sum, holder) => sum + (holder.enqueuedTokens ?? 0), 0);
}

function createsFull({ entries }: Desk, limits: DeploymentLimits): Full | undefined {
  const most = createsPerMinute(limits);
  const oldest = most === undefined ? undefined : entries.at(-most);
  return oldest && { limit: 'createsPerMinute', until: oldest.at + MINUTE };
}

/** Work that asks for more than a whole minute's tokens is let in once nothing else counts. */
function tokensFull({ entries }: Desk, limits: DeploymentLimits, demand: Demand): Full | undefined {
  const { tokensPerMinute: most } = limits;
  if (most === undefined || demand.tokens === undefined) return undefined;
  let used = entries.reduce((sum, { tokens = 0 }) => sum + tokens, 0);
  let last: Entry | undefined;
  for (const entry of entries) {
    if (used === 0 || used + demand.tokens <= most) break;
    used -= entry.tokens ?? 0;
    last = entry;
  }
  return last && { limit: 'tokensPerMinute', until: last.at + MINUTE };
}

function latest(one: Full | undefined, other: Full | undefined): Full | undefined {
  if (!one || !other) return one ?? other;
  return (other.until ?? Infinity) > (one.until ?? Infinity) ? other : one;
}

/** The desk with one more job let in. */
export function withPlace(
  desk: Desk,
  limits: DeploymentLimits,
  { jobId, demand }: Applicant,
  now: number,
): Desk {
  const { tokens, enqueuedTokens: enqueued } = demand;
  const entry = { jobId, at: now, ...(tokens === undefined ? {} : { tokens }) };
  const holder = {
    jobId,
    since: now,
    ...(enqueued === undefined ? {} : { enqueuedTokens: enqueued }),
  };
  return {
    ...desk,
    entries: countsEntries(limits) ? [...desk.entries, entry] : desk.entries,
    holders: isHeld(limits, demand) ? [...desk.holders, holder] : desk.holders,
  };
}

function countsEntries(limits: DeploymentLimits): boolean {
  return limits.tokensPerMinute !== undefined || createsPerMinute(limits) !== undefined;
}

/** The desk without the job's place; what it used of the minute stays used. */
export function withoutPlace(desk: Desk, jobId: string): Desk {
  const holders = desk.holders.filter((holder) => holder.jobId !== jobId);
  return holders.length === desk.holders.length ? desk : { ...desk, holders };
}

export interface Seating {
  desk: Desk;
  /** Who was let in. */
  seated: Waiter[];
  /** Who had been let in before and has not taken notice yet. */
  unaware: Waiter[];
  /** The first who has to wait on, and why. */
  blocked?: { waiter: Waiter; full: Full };
}

/**
 * Lets in as many as there is room for, strictly in order: whoever asks for much would otherwise
 * wait for ever behind those who ask for little.
 *
 * @param desk refreshed.
 */
export function seat(
  desk: Desk,
  limits: DeploymentLimits,
  queue: readonly Waiter[],
  now: number,
): Seating {
  const seating: Seating = { desk, seated: [], unaware: [] };
  for (const waiter of queue) {
    const applicant = { jobId: waiter.jobId, demand: demandOf(waiter) };
    if (isAdmitted(seating.desk, limits, applicant)) {
      seating.unaware.push(waiter);
      continue;
    }
    const full = fullLimit(seating.desk, limits, applicant.demand);
    if (full) return { ...seating, blocked: { waiter, full } };
    seating.desk = withPlace(seating.desk, limits, applicant, now);
    seating.seated.push(waiter);
  }
  return seating;
}

function demandOf({ tokens, enqueuedTokens: enqueued }: Waiter): Demand {
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(enqueued === undefined ? {} : { enqueuedTokens: enqueued }),
  };
}
