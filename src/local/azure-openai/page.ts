import type { Call } from './call.ts';
import { errors } from './errors.ts';

/** A list as the API gives it, one page of it. */
export interface Page<T> {
  object: 'list';
  data: T[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

/** @param items of the page, and one more if there are more. */
export function pageOf<T extends { id: string }>(items: readonly T[], limit: number): Page<T> {
  const data = items.slice(0, limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: items.length > limit,
  };
}

/** @throws ApiError 400 when `limit` is not from 1 to `most`. */
export function limitOf({ url }: Call, usual: number, most: number): number {
  const text = url.searchParams.get('limit');
  const limit = text === null ? usual : Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw errors.invalidValue('limit', `'limit' must be from 1 to ${most}, not '${text}'.`);
}

/** @throws ApiError 400 when `order` is neither `asc` nor `desc`, the default. */
export function orderOf({ url }: Call): 'asc' | 'desc' {
  const order = url.searchParams.get('order') ?? 'desc';
  if (order === 'asc' || order === 'desc') return order;
  throw errors.invalidValue('order', `'order' must be 'asc' or 'desc', not '${order}'.`);
}
