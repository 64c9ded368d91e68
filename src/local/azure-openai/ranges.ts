import { header, type Answer, type Call } from './call.ts';

/** A file as a route offers it for download. */
export interface Download {
  bytes: number;
  contentType: string;
  /** In quotes, as the header has it. */
  etag: string;
  /** Milliseconds since the Unix epoch. */
  modifiedAt: number;
  /** The bytes from `start` up to but without `end`. */
  read: (start: number, end: number) => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

interface ByteRange {
  start: number;
  end: number;
}

/**
 * Answers a download: whole (200), the one range asked for (206), nothing new (304), or 416 for a
 * range beyond its end. Several ranges at once, and units other than bytes, are answered whole.
 */
export function downloadAnswer(call: Call, file: Download): Answer {
  const headers = {
    'accept-ranges': 'bytes',
    'content-type': file.contentType,
    etag: file.etag,
    'last-modified': httpDate(file.modifiedAt),
  };
  if (isUnchanged(call, file)) return { status: 304, headers };
  const range = rangeOf(call, file);
  if (range === undefined) return { status: 200, headers, content: part(file, 0, file.bytes) };
  if (range === 'unsatisfiable') {
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${file.bytes}` } };
  }
  const { start, end } = range;
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end - 1}/${file.bytes}` },
    content: part(file, start, end),
  };
}

function part(file: Download, start: number, end: number): NonNullable<Answer['content']> {
  return { bytes: end - start, open: () => file.read(start, end) };
}

function isUnchanged(call: Call, file: Download): boolean {
  const since = Date.parse(header(call, 'if-modified-since') ?? '');
  return since >= Date.parse(httpDate(file.modifiedAt));
}

function rangeOf(call: Call, file: Download): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] =
    /^bytes=(\d*)-(\d*)$/.exec(header(call, 'range')?.trim() ?? '') ?? [];
  if ((first === '' && last === '') || !isSameFile(call, file)) return undefined;
  const range =
    first === ''
      ? { start: Math.max(0, file.bytes - Number(last)), end: file.bytes }
      : { start: Number(first), end: last === '' ? file.bytes : Number(last) + 1 };
  if (range.end <= range.start && range.start < file.bytes) return undefined;
  if (range.start >= file.bytes) return 'unsatisfiable';
  return { start: range.start, end: Math.min(range.end, file.bytes) };
}

/** A range that is wanted of another version of the file is not served. */
function isSameFile(call: Call, { etag, modifiedAt }: Download): boolean {
  const wanted = header(call, 'if-range');
  return wanted === undefined || wanted === etag || wanted === httpDate(modifiedAt);
}

function httpDate(milliseconds: number): string {
  return new Date(milliseconds).toUTCString();
}
