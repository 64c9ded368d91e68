import { nowIso } from '../../../clock.ts';
import { isObject } from '../../../jobs/json.ts';
import { textField } from '../../json-fields.ts';
import type { KindContext } from '../../kind.ts';
import { isoTimestamp } from '../../timestamps.ts';
import type { Upstream } from '../../upstream.ts';
import { normalStatus } from '../../upstream-status.ts';
import { entriesOf } from './pages.ts';
import { partMark } from './part-mark.ts';

/** Files on a page; nobody documents more than this for batches, and files take it too. */
const PAGE = 100;

/** An upstream file, read tolerantly. */
export interface FileObject {
  id: string;
  filename: string | undefined;
  /** ISO 8601. */
  createdAt: string;
  readiness: 'processed' | 'pending' | 'unusable';
}

/** Where a file lives below the v1 base; its id is data, so it is encoded. */
export function filePath(fileId: string): string {
  return `/files/${encodeURIComponent(fileId)}`;
}

/** The name that a part's file has upstream: a repeated upload is found by it. */
export function fileNameOf({ jobId, createdAt }: Pick<KindContext, 'jobId' | 'createdAt'>): string {
  return `longhaul-${jobId}-${partMark(jobId, createdAt)}.jsonl`;
}

/** @returns the part that a file of this name was uploaded for; undefined when it is not Longhaul's. */
export function partOfFile(filename: string): string | undefined {
  return /^longhaul-([A-Za-z0-9_-]{1,64}\.\d+)-[0-9a-f]{12}\.jsonl$/.exec(filename)?.[1];
}

export function readFile(body: unknown): FileObject | undefined {
  const id = isObject(body) ? textField(body, 'id') : undefined;
  if (!isObject(body) || id === undefined) return undefined;
  return {
    id,
    filename: textField(body, 'filename'),
    createdAt: isoTimestamp(body['created_at']) ?? nowIso(),
    readiness: readinessOf(normalStatus(body['status'])),
  };
}

/** `pending` is normal on Azure just after an upload; a file without a status is asked for again. */
function readinessOf(status: string | undefined): FileObject['readiness'] {
  switch (status) {
    case 'processed':
      return 'processed';
    case 'error':
    case 'deleting':
    case 'deleted':
      return 'unusable';
    default:
      return 'pending';
  }
}

/**
 * The account's files for batches, newest first, until older than `since`.
 *
 * @param since milliseconds since the epoch.
 * @throws LonghaulError when a page cannot be had.
 */
export async function* filesSince(upstream: Upstream, since: number): AsyncGenerator<FileObject> {
  const path = `/files?purpose=batch&order=desc&limit=${PAGE}`;
  let previous = Number.NEGATIVE_INFINITY;
  for await (const entry of entriesOf(upstream, path)) {
    const file = readFile(entry);
    if (!file) continue;
    const time = Date.parse(file.createdAt);
    if (time >= since) yield file;
    // In a list that ignores the order asked for, newer ones follow: that one is read to its end.
    else if (time <= previous) return;
    previous = time;
  }
}
