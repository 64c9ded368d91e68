import type { KeptBatch } from './batches-table.ts';
import { countBefore } from './order.ts';
import { progressAt, WINDOW_MS, type Progress } from './progress.ts';
import { fileIdOf, type FileRole, type StoredBatch } from './stored-batch.ts';
import type { BatchStatus } from './wishes.ts';

/** How many rows came to what. */
export interface RequestCounts {
  total: number;
  completed: number;
  failed: number;
}

/** The batch object of the API at a moment, in milliseconds since the Unix epoch. */
export function batchResource(kept: KeptBatch, now: number) {
  const { batch } = kept;
  const progress = progressAt(batch, now);
  const { looks } = batch;
  return {
    id: batch.id,
    object: 'batch',
    endpoint: batch.endpoint,
    ...(batch.deployment === null ? {} : { model: batch.deployment }),
    errors: progress.status === 'failed' ? { object: 'list', data: batch.errors } : null,
    input_file_id: batch.inputFileId,
    completion_window: '24h',
    status: looks.statusTexts?.[progress.status] ?? progress.status,
    output_file_id: fileIdAt(kept, progress, 'output'),
    error_file_id: fileIdAt(kept, progress, 'error'),
    ...timesAt(batch, progress),
    request_counts: looks.nullCounts ? null : shownCounts(kept, progress),
    metadata: batch.metadata,
  };
}

/** Of the rows done so far; `total` is that of the file. */
export function countsOf({ batch, failing }: KeptBatch, done: number): RequestCounts {
  const failed = countBefore(failing, done);
  return { total: batch.rows, completed: done - failed, failed };
}

/** How many rows there are is not told before they have been validated. */
function shownCounts(kept: KeptBatch, progress: Progress): RequestCounts {
  return progress.inProgressAt === undefined
    ? { total: 0, completed: 0, failed: 0 }
    : countsOf(kept, progress.done);
}

/** The files that a batch has in the end, which depends on whether there is anything to put there. */
export function filesOf(kept: KeptBatch, progress: Progress): FileRole[] {
  return (['output', 'error'] as const).filter((role) => hasFile(kept, progress, role));
}

function hasFile(kept: KeptBatch, progress: Progress, role: FileRole): boolean {
  const { looks } = kept.batch;
  if (progress.endedAt === undefined || progress.status === 'failed') return false;
  if (looks.missingFileIds) return false;
  return (
    linesIn(kept, progress, role) > 0 || emptyFile(kept.batch, progress.status, role) === 'file'
  );
}

function linesIn(kept: KeptBatch, { done }: Progress, role: FileRole): number {
  const { completed, failed, total } = countsOf(kept, done);
  if (role === 'output') return completed;
  return failed + (kept.batch.listsUnfinished ? total - done : 0);
}

/** A completed batch has an error file even if nothing failed; nothing else is known of the rest. */
function emptyFile({ looks }: StoredBatch, status: BatchStatus, role: FileRole) {
  if (role === 'output') return looks.emptyOutput ?? 'null';
  return looks.emptyErrors ?? (status === 'completed' ? 'file' : 'null');
}

function fileIdAt(kept: KeptBatch, progress: Progress, role: FileRole): string | null {
  if (hasFile(kept, progress, role)) return fileIdOf(kept.batch.id, role);
  return emptyFile(kept.batch, progress.status, role) === 'empty' ? '' : null;
}

function timesAt(batch: StoredBatch, progress: Progress) {
  const { status, endedAt } = progress;
  const isOddFailure = status === 'failed' && batch.looks.failedAtNull === true;
  const endIf = (ended: boolean) => timeText(batch, ended ? endedAt : undefined);
  return {
    created_at: timeText(batch, batch.createdAt),
    in_progress_at: timeText(batch, progress.inProgressAt),
    expires_at: timeText(batch, batch.createdAt + WINDOW_MS),
    finalizing_at: timeText(batch, progress.finalizingAt),
    completed_at: endIf(status === 'completed' || isOddFailure),
    failed_at: endIf(status === 'failed' && !isOddFailure),
    expired_at: endIf(status === 'expired'),
    cancelling_at: timeText(batch, progress.cancellingAt),
    cancelled_at: endIf(status === 'cancelled'),
  };
}

function timeText({ looks }: StoredBatch, milliseconds: number | undefined) {
  if (milliseconds === undefined) return null;
  return looks.isoTimes ? new Date(milliseconds).toISOString() : Math.floor(milliseconds / 1000);
}
