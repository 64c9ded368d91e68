import { errors } from '../errors.ts';
import { isEnded, progressAt } from './progress.ts';
import type { ResponsesTable } from './responses-table.ts';

/**
 * @param now milliseconds since the Unix epoch.
 * @throws ApiError 404 for an unknown or deleted response, 400 for one that is still running.
 */
export function deleteResponse(table: ResponsesTable, id: string, now: number) {
  const stored = table.find(id, now);
  if (stored === undefined) throw errors.responseNotFound(id);
  if (!isEnded(progressAt(stored, now))) throw errors.cannotDeleteInFlight();
  table.delete(id);
  return { object: 'response.deleted', id, deleted: true };
}
