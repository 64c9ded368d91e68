import { clock } from '../../../clock.ts';
import type { SweepContext, Swept } from '../../kind.ts';
import type { BatchObject } from './batch-object.ts';
import { batchesOf } from './batches.ts';
import { cancelBatch, deleteFile } from './ending.ts';
import { fileNameOf, filesSince, partOfFile, type FileObject } from './files.ts';
import { isOfPart, partOf } from './metadata.ts';
import { resultOf } from './status.ts';

const HOUR = 3_600_000;

/** Most sweeps look at what is this young: crashes leave their strays while a part begins. */
const YOUNG = 3 * HOUR;

/** Some look at everything that may still be there: files expire after fourteen days. */
const OLD = 14 * 24 * HOUR;
const DEEP_SWEEPS = 6 * HOUR;

/** Sweeps come every ten minutes or so; one in each of these spans goes deep. */
const SWEEP_SPAN = 10 * 60_000;

/**
 * Deletes files and cancels batches that are ours by name and mark and whose part has ended: what
 * a repeated upload, or a create that was answered too late, left behind.
 */
export async function sweep(context: SweepContext): Promise<Swept> {
  const swept = { removed: 0, failed: 0 };
  const since = clock().now() - depth();
  for await (const file of filesSince(context.upstream, since)) {
    if (await isLeftOver(file, context)) {
      await count(swept, () => deleteFile(context.upstream, file.id));
    }
  }
  for await (const batch of batchesOf(context.upstream)) {
    if (Date.parse(batch.createdAt) < since) break;
    if (await runsForNobody(batch, context)) {
      await count(swept, () => cancelBatch(context.upstream, batch.id));
    }
  }
  return swept;
}

function depth(): number {
  return clock().now() % DEEP_SWEEPS < SWEEP_SPAN ? OLD : YOUNG;
}

async function isLeftOver({ filename = '' }: FileObject, context: SweepContext): Promise<boolean> {
  const jobId = partOfFile(filename);
  const job = jobId === undefined ? undefined : await context.jobOf(jobId);
  if (jobId === undefined || !job || !job.ended || job.keepsUpstream) return false;
  return filename === fileNameOf({ jobId, createdAt: job.createdAt });
}

/** A batch that has ended costs nothing any more, and its files expire. */
async function runsForNobody(batch: BatchObject, context: SweepContext): Promise<boolean> {
  const jobId = partOf(batch);
  if (jobId === undefined || resultOf(batch) || batch.state === 'cancelling') return false;
  const job = await context.jobOf(jobId);
  return job?.ended === true && isOfPart(batch, jobId, job.createdAt);
}

async function count(swept: Swept, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    swept.removed += 1;
  } catch {
    // The next sweep finds it again.
    swept.failed += 1;
  }
}
