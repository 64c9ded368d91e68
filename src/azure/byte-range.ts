import { LonghaulError } from '../jobs/errors.ts';
import type { ByteRange } from '../workflow/ports.ts';

/** Part of a file: `length` bytes from the byte `start`. */
export interface Part {
  start: number;
  length: number;
}

/**
 * The part of a file of `total` bytes that a range asks for (RFC 9110, 14.1.2); without a range
 * the whole file.
 *
 * @throws LonghaulError `range-not-satisfiable`.
 */
export function partOf(range: ByteRange | undefined, total: number): Part {
  if (range === undefined) return { start: 0, length: total };
  const { start, end } = range;
  const first = start ?? Math.max(total - (end ?? 0), 0);
  const last = start === undefined ? total - 1 : Math.min(end ?? total - 1, total - 1);
  if (first > last) throw notSatisfiable(total);
  return { start: first, length: last - first + 1 };
}

function notSatisfiable(total: number): LonghaulError {
  return new LonghaulError(
    'range-not-satisfiable',
    `The output has ${total} bytes; ask for a range within them, or leave the Range header out.`,
  );
}
