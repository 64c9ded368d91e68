import { nowIso } from '../../../clock.ts';
import type { ListedWork, Listing } from '../../kind.ts';
import type { Upstream } from '../../upstream.ts';
import { readBatch, type BatchObject } from './batch-object.ts';
import { entriesOf } from './pages.ts';
import { pollOutcomeOf } from './status.ts';

/** The most that a page may hold (contract: `limit` is 1 to 100). */
const PAGE = 100;

/** Faults that a snapshot keeps: the whole list is collected with the batch. */
const FAULTS_KEPT = 6;

/** Where a batch lives below the v1 base; its id is data, so it is encoded. */
export function batchPath(upstreamId: string): string {
  return `/batches/${encodeURIComponent(upstreamId)}`;
}

/**
 * All batches of the account, newest first.
 *
 * @throws LonghaulError when a page cannot be had.
 */
export async function* batchesOf(
  upstream: Upstream,
): AsyncGenerator<BatchObject & { id: string; createdAt: string }> {
  for await (const entry of entriesOf(upstream, `/batches?limit=${PAGE}`)) {
    const batch = readBatch(entry);
    // One without a time may be as young as can be: it must not end anybody's search.
    if (batch?.id !== undefined) {
      yield { ...batch, id: batch.id, createdAt: batch.createdAt ?? nowIso() };
    }
  }
}

/** Batches are watched by listing them: one call tells of a hundred. */
export const listing: Listing = {
  list,
  read: (snapshot) => pollOutcomeOf(snapshot, readBatch(snapshot)?.id ?? ''),
};

async function* list(upstream: Upstream): AsyncGenerator<ListedWork> {
  for await (const batch of batchesOf(upstream)) {
    yield { upstreamId: batch.id, createdAt: batch.createdAt, snapshot: snapshotOf(batch) };
  }
}

/** What {@link pollOutcomeOf} needs of a batch: kept in a row, so it is small. */
function snapshotOf({ id, status, createdAt, counts, faults }: BatchObject): unknown {
  return {
    id,
    status,
    created_at: createdAt,
    ...(counts ? { request_counts: counts } : {}),
    ...(faults.length > 0 ? { errors: { data: faults.slice(0, FAULTS_KEPT) } } : {}),
  };
}
