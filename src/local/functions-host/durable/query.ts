import { ArgumentError } from './client-errors.ts';

/** Rows of a page when the caller does not say. */
const PAGE_SIZE = 100;

/** How many rows a page of a listing has. @throws ArgumentError */
export function readPageSize(query: URLSearchParams): number {
  const top = query.get('top');
  const size = top === null ? PAGE_SIZE : Number(top);
  if (!Number.isInteger(size) || size < 1)
    throw new ArgumentError(`top is '${top}'; it must be a whole number from 1.`);
  return size;
}

/** A time of a query in milliseconds since the epoch. @throws ArgumentError */
export function readTime(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (!value) return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time))
    throw new ArgumentError(`${name} is '${value}'; it must be an ISO 8601 time.`);
  return time;
}

/** A yes or no of a query. */
export function isAsked({ searchParams }: URL, name: string, otherwise: boolean): boolean {
  const value = searchParams.get(name);
  return value === null ? otherwise : value.toLowerCase() === 'true';
}
