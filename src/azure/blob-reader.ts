import type { BlockBlobClient } from '@azure/storage-blob';
import { oneAhead } from './one-ahead.ts';
import { storageCall, TRANSFER_LIMIT } from './storage-errors.ts';

/** Bytes of one read: an outage costs no more than one, and two are held. */
const READ_SIZE = 4 * 1024 * 1024;

/**
 * Streams bytes `start` to `end` (not included; at most to the end of the blob) of the blob with the
 * ETag `ifMatch`, quoted, read by read: each is bounded in time, tried again, and sees that ETag or
 * fails with 412.
 */
export function readBlob(
  blob: BlockBlobClient,
  ifMatch: string,
  { start, end }: { start: number; end: number } = { start: 0, end: Infinity },
): AsyncIterable<Uint8Array> {
  return oneAhead(reads(blob, ifMatch, start, end));
}

async function* reads(
  blob: BlockBlobClient,
  ifMatch: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const conditions = { ifMatch };
  const { contentLength = 0 } = await storageCall((abortSignal) =>
    blob.getProperties({ conditions, abortSignal }),
  );
  const last = Math.min(end, contentLength);
  for (let at = start; at < last; at += READ_SIZE) {
    yield await storageCall(
      (abortSignal) =>
        blob.downloadToBuffer(at, Math.min(READ_SIZE, last - at), { conditions, abortSignal }),
      TRANSFER_LIMIT,
    );
  }
}
