import { contentRange, type ContentRange } from './content-range.ts';
import type { UpstreamFile } from './upstream.ts';

/** What an answer says of the bytes that it brings. */
export interface Segment {
  /** Of the first byte, in the file. */
  start: number;
  /** After the last byte; absent where it was not told. */
  end?: number;
  /** Of the whole file, where it was told. */
  total?: number;
}

const DIGITS = /^\d{1,15}$/;

/** @returns undefined for an answer that does not say what it brings. */
export function segmentOf(file: UpstreamFile): Segment | undefined {
  if (file.status === 206) return isEncoded(file) ? undefined : rangeOf(file);
  if (file.status !== 200) return undefined;
  const length = lengthOf(file);
  return length === undefined ? { start: 0 } : { start: 0, end: length, total: length };
}

/** What a later request can name this content by: a strong ETag (RFC 9110, 13.1.5). */
export function validatorOf({ headers }: UpstreamFile): string | undefined {
  const { etag } = headers;
  return etag?.startsWith('"') ? etag : undefined;
}

/** The length counts the bytes as they travel: of an encoded file it says nothing. */
function lengthOf(file: UpstreamFile): number | undefined {
  const length = file.headers['content-length'];
  return length !== undefined && DIGITS.test(length) && !isEncoded(file)
    ? Number(length)
    : undefined;
}

function isEncoded({ headers }: UpstreamFile): boolean {
  return (headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity';
}

function rangeOf({ headers }: UpstreamFile): ContentRange | undefined {
  return contentRange(headers['content-range']);
}
