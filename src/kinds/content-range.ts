/** What a 206 says of its body (RFC 9110, 14.4): bytes `start` to `end`, `end` not included. */
export interface ContentRange {
  start: number;
  end: number;
  /** Of the whole file, when upstream tells. */
  total?: number;
}

const CONTENT_RANGE = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i;

/** @returns undefined for anything that says nothing sure of the body. */
export function contentRange(header: string | undefined): ContentRange | undefined {
  const [, first, last, total] = CONTENT_RANGE.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || total === undefined) return undefined;
  const start = Number(first);
  const end = Number(last) + 1;
  if (end <= start) return undefined;
  if (total === '*') return { start, end };
  return end <= Number(total) ? { start, end, total: Number(total) } : undefined;
}
