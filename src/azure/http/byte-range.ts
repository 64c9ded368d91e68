import type { ByteRange } from '../../workflow/ports.ts';

const SINGLE_RANGE = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/;

/**
 * Reads a Range header (RFC 9110, 14.2). Several ranges, other units and nonsense are ignored, as
 * the RFC allows: the whole file is the answer then.
 */
export function byteRange(header: string | null): ByteRange | undefined {
  const [, start, end, suffix] = SINGLE_RANGE.exec(header?.trim() ?? '') ?? [];
  if (suffix !== undefined) return { end: Number(suffix) };
  if (start === undefined) return undefined;
  if (!end) return { start: Number(start) };
  return Number(end) < Number(start) ? undefined : { start: Number(start), end: Number(end) };
}
