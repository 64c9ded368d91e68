import type { CountedCalls, DeploymentLimits } from '../ports.ts';
import { MINUTE, readsPerMinute } from './limits.ts';

/**
 * `read`: of a status or a list, which may come late; `create`: of work; `other`: downloads,
 * uploads, cancelling and deleting.
 */
export type CallClass = 'read' | 'create' | 'other';

const SECOND = 1_000;

/** A second's calls count until a minute after its end. */
const WINDOW = MINUTE + SECOND;

/**
 * A row bears some ten changes a second, so that each shard counts five a second at most. The calls
 * are spread by chance: one shard may be full a little before the others, and the limit is then
 * reached at nine tenths of it or later.
 */
const CALLS_PER_SHARD = 300;

/** Among how many rows the calls of a deployment are divided. */
export function shardsOf({ requestsPerMinute = 0 }: DeploymentLimits): number {
  return Math.max(1, Math.ceil(requestsPerMinute / CALLS_PER_SHARD));
}

/** What was counted in the last minute. */
export function lately(counted: readonly CountedCalls[], now: number): CountedCalls[] {
  return counted.filter(({ at }) => at > now - WINDOW);
}

/**
 * @param counted of one shard, lately, oldest first.
 * @returns when one more call of this class may be made, milliseconds since the epoch; undefined:
 *   now.
 */
export function callsFullUntil(
  counted: readonly CountedCalls[],
  limits: DeploymentLimits,
  callClass: CallClass,
): number | undefined {
  const { requestsPerMinute, createsPerMinute } = limits;
  const most = requestsPerMinute && Math.floor(requestsPerMinute / shardsOf(limits));
  const frees = [
    fullUntil(counted, 'calls', most),
    callClass === 'read' ? fullUntil(counted, 'reads', most && readsPerMinute(most)) : undefined,
    callClass === 'create' ? fullUntil(counted, 'creates', createsPerMinute) : undefined,
  ].filter((time) => time !== undefined);
  return frees.length === 0 ? undefined : Math.max(...frees);
}

/** When so many of the oldest are over that one more fits. */
function fullUntil(
  counted: readonly CountedCalls[],
  of: 'calls' | 'reads' | 'creates',
  most = Infinity,
): number | undefined {
  let total = counted.reduce((sum, second) => sum + second[of], 0);
  let last: CountedCalls | undefined;
  for (const second of counted) {
    if (total < most) break;
    total -= second[of];
    last = second;
  }
  return last && last.at + WINDOW;
}

/** One call more. */
export function withCall(
  counted: readonly CountedCalls[],
  callClass: CallClass,
  now: number,
): CountedCalls[] {
  const at = Math.floor(now / SECOND) * SECOND;
  const before = counted.filter((second) => second.at !== at);
  const { calls, reads, creates } = counted.find((second) => second.at === at) ?? NOTHING;
  const second = {
    at,
    calls: calls + 1,
    reads: reads + (callClass === 'read' ? 1 : 0),
    creates: creates + (callClass === 'create' ? 1 : 0),
  };
  // Clocks of two machines differ a little; the oldest stays first.
  return [...before, second].sort((one, other) => one.at - other.at);
}

const NOTHING = { calls: 0, reads: 0, creates: 0 };
