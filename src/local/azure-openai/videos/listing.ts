import type { Call } from '../call.ts';
import { errors } from '../errors.ts';
import { pageOf, type Page } from '../page.ts';

/**
 * One page of a list, as the cursors `after` and `before` say.
 * @param items all of them, in the order in which they are shown.
 * @throws ApiError 400 for a cursor that names no item.
 */
export function listing<T extends { id: string }>(
  { url }: Call,
  items: readonly T[],
  limit: number,
): Page<T> {
  const after = url.searchParams.get('after');
  const before = url.searchParams.get('before');
  const start = after === null ? 0 : indexOf(items, 'after', after) + 1;
  const end = before === null ? items.length : indexOf(items, 'before', before);
  return pageOf(items.slice(start, end), limit);
}

function indexOf(items: readonly { id: string }[], cursor: string, id: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index >= 0) return index;
  throw errors.invalidValue(
    cursor,
    `The list has no item of the id '${id}' that '${cursor}' names.`,
  );
}
