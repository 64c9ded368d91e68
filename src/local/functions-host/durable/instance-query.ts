import type { Instance } from './instance.ts';
import type { InstanceFilter, Position } from './instance-table.ts';
import { ArgumentError } from './client-errors.ts';
import { readPageSize, readTime } from './query.ts';

/** Reads the filter of a listing or bulk purge from its query. @throws ArgumentError */
export function readFilter(query: URLSearchParams): InstanceFilter {
  const createdFrom = readTime(query, 'createdTimeFrom');
  const createdTo = readTime(query, 'createdTimeTo');
  const idPrefix = query.get('instanceIdPrefix');
  return {
    statuses: query
      .getAll('runtimeStatus')
      .flatMap((value) => value.split(','))
      .filter(Boolean),
    ...(createdFrom === undefined ? {} : { createdFrom }),
    ...(createdTo === undefined ? {} : { createdTo }),
    ...(idPrefix === null ? {} : { idPrefix }),
  };
}

/** Reads which page of a listing is asked for. @throws ArgumentError */
export function readPage(
  query: URLSearchParams,
  token: string | undefined,
): { size: number; after?: Position } {
  const size = readPageSize(query);
  return token ? { size, after: readToken(token) } : { size };
}

/** Cuts off what belongs to the next page. @param found one row more than a page, if there are. */
export function nextPage(
  found: readonly Instance[],
  size: number,
): { shown: readonly Instance[]; token?: string } {
  const shown = found.slice(0, size);
  const last = shown.at(-1);
  return found.length > size && last ? { shown, token: writeToken(last) } : { shown };
}

function writeToken({ created, instanceId }: Position): string {
  return Buffer.from(JSON.stringify([created, instanceId])).toString('base64url');
}

function readToken(token: string): Position {
  try {
    const [created, instanceId] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [
      number,
      string,
    ];
    return { created, instanceId };
  } catch {
    throw new ArgumentError('x-ms-continuation-token is not one that this host gave out.');
  }
}
