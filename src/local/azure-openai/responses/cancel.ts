import { errors } from '../errors.ts';
import { progressAt } from './progress.ts';
import { resourceAt, type ResponseResource } from './resource.ts';
import type { ResponsesTable } from './responses-table.ts';

const ARTICLED: Record<string, string> = {
  completed: 'a completed',
  failed: 'a failed',
  incomplete: 'an incomplete',
};

/**
 * Cancels a background response; cancelling again shows the same.
 * @param now milliseconds since the Unix epoch.
 * @throws ApiError 404 for an unknown or deleted one, 400 when it is past cancelling.
 */
export function cancelResponse(table: ResponsesTable, id: string, now: number): ResponseResource {
  const stored = table.find(id, now);
  if (stored === undefined) throw errors.responseNotFound(id);
  if (stored.request.background !== true) throw errors.cannotCancel('a synchronous');
  const { status } = progressAt(stored, now);
  const ended = ARTICLED[status];
  if (ended !== undefined) throw errors.cannotCancel(ended);
  const cancelled = { ...stored, cancelledAt: now };
  table.save(cancelled);
  return resourceAt(cancelled, now);
}
