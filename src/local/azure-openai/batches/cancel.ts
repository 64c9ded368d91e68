import { batchErrors } from './errors.ts';
import type { BatchesTable } from './batches-table.ts';
import { isEnded, progressAt } from './progress.ts';
import { batchResource } from './resource.ts';

/**
 * Begins to cancel a batch; what is done by then stays done. Asking again while it is under way
 * changes nothing.
 * @throws ApiError 400 when it has ended, 404 when there is none.
 */
export function cancelBatch(table: BatchesTable, id: string, now: number) {
  const { batch, failing } = table.read(id);
  const progress = progressAt(batch, now);
  if (isEnded(progress)) throw batchErrors.cannotCancel(progress.status);
  const cancelled = { ...batch, cancelledAt: batch.cancelledAt ?? now };
  table.update(cancelled);
  return batchResource({ batch: cancelled, failing }, now);
}
