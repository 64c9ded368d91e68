import type { Upstream } from '../../../../src/kinds/upstream.ts';
import { answering } from '../../support/fake-upstream.ts';
import { CREATED, jobObject, type JsonObject } from './video-upstream.ts';

/** A list that is read page by page; entries in the order given. */
export function listing(entries: unknown[], pageSize = 20): Upstream & { paths: string[] } {
  const paths: string[] = [];
  return {
    ...answering({}),
    paths,
    async send({ path }) {
      paths.push(path);
      const after = new URL(path, 'http://a').searchParams.get('after');
      const start = after === null ? 0 : idsOf(entries).indexOf(after) + 1;
      const data = entries.slice(start, start + pageSize);
      const has_more = start + pageSize < entries.length;
      const body = { object: 'list', data, last_id: idsOf(data).at(-1) ?? null, has_more };
      return { status: 200, headers: {}, body };
    },
  };
}

function idsOf(entries: unknown[]): unknown[] {
  return entries.map((entry) => (entry as JsonObject)['id']);
}

/** Many that were made after one another, newest first, none of them ours. */
export function others(count: number, newest = CREATED + 1_000, step = 1): JsonObject[] {
  return Array.from({ length: count }, (_, index) =>
    jobObject({ id: `other_${index}`, prompt: 'Table.', created_at: newest - index * step }),
  );
}
