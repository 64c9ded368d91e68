import type { Versioned } from './versioned.ts';

/**
 * Where admission is kept: a desk per deployment, changed by compare-and-swap, the queue of those
 * who wait before it, and the calls of the last minute. Names of deployments are the same in any
 * case, as in Azure.
 */
export interface AdmissionStore {
  /** @returns an empty desk, with its version, when there is none yet. */
  readDesk(deployment: string): Promise<Versioned<Desk>>;
  /** @returns false when the desk has changed since it was read under `version`. */
  replaceDesk(deployment: string, desk: Desk, version: string): Promise<boolean>;
  /** All desks, each with the name of its deployment. */
  desks(): AsyncIterable<Versioned<Desk> & { deployment: string }>;
  /** Queueing again under the same key changes nothing. */
  enqueue(deployment: string, waiter: Waiter): Promise<void>;
  dequeue(deployment: string, waiter: Pick<Waiter, 'key'>): Promise<void>;
  /** The first in the queue. @param top 1 to 1,000. */
  head(deployment: string, top: number): Promise<Waiter[]>;
  /** How many wait before this key, itself not counted. */
  ahead(deployment: string, key: string): Promise<number>;
  /**
   * @param shard calls of busy deployments are counted in several places, each by itself.
   * @returns none, with their version, when nothing was counted yet.
   */
  readCalls(deployment: string, shard: number): Promise<Versioned<CountedCalls[]>>;
  /** @returns false when the count has changed since it was read under `version`. */
  replaceCalls(
    deployment: string,
    shard: number,
    calls: CountedCalls[],
    version: string,
  ): Promise<boolean>;
}

/** One row: who holds a place, and who was let in lately. Bounded, since a row holds 1 MB at most. */
export interface Desk {
  holders: Holder[];
  /** Someone waits, or did lately. */
  queued: boolean;
  /** Who was let in during the last minute, oldest first; each will send a create. */
  entries: Entry[];
}

export interface Holder {
  jobId: string;
  /** Milliseconds since the epoch. */
  since: number;
  enqueuedTokens?: number;
}

export interface Entry {
  jobId: string;
  /** Milliseconds since the epoch. */
  at: number;
  tokens?: number;
}

export interface Waiter {
  /** Sorts the queue: the time at which the job came, shifted by priority, and the job's id. */
  key: string;
  jobId: string;
  tokens?: number;
  enqueuedTokens?: number;
}

/** The calls of one second. */
export interface CountedCalls {
  /** The beginning of the second, milliseconds since the epoch. */
  at: number;
  /** All of them, reads and creates included. */
  calls: number;
  reads: number;
  creates: number;
}
