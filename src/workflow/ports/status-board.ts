import type { KindName } from '../../jobs/envelope.ts';

/**
 * What lists of upstream work said last, so that each piece of work need not be asked for by itself.
 */
export interface StatusBoard {
  /** From now on the lists are to tell of this work. Watching again changes nothing. */
  watch(work: WatchedWork): Promise<void>;
  unwatch(work: Pick<WatchedWork, 'endpoint' | 'upstreamId'>): Promise<void>;
  watched(): AsyncIterable<WatchedWork>;
  /** Writes what a list said of one piece of work; writing what is there already costs nothing. */
  put(
    work: Pick<WatchedWork, 'endpoint' | 'upstreamId'>,
    snapshot: unknown,
  ): Promise<'changed' | 'same'>;
  /** @param at when the list of this endpoint was read to its end, ISO 8601. */
  putListed(endpoint: string, at: string): Promise<void>;
  /** @returns undefined when no list told of it yet. `listedAt`: when it was known to be so. */
  read(
    work: Pick<WatchedWork, 'endpoint' | 'upstreamId'>,
  ): Promise<{ snapshot: unknown; listedAt: string } | undefined>;
}

export interface WatchedWork {
  endpoint: string;
  upstreamId: string;
  kind: KindName;
  jobId: string;
  deployment: string;
  /** ISO 8601. */
  createdAt: string;
}
