/**
 * The order in which rows are answered: not that of the input, as on Azure, and yet such that a
 * file can be answered while it is read. Rows change places within blocks of this many.
 */
export const BLOCK_ROWS = 64;

/** @param place of a row in the input, from 0. @returns when its turn comes, from 0. */
export function turnOf(place: number, rows: number, shift: number): number {
  const start = place - (place % BLOCK_ROWS);
  const size = Math.min(BLOCK_ROWS, rows - start);
  return start + ((size - 1 - (place - start) + shift) % size);
}

/** How many of the ascending `turns` come before a turn. */
export function countBefore(turns: Uint32Array, turn: number): number {
  let low = 0;
  let high = turns.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((turns[middle] ?? Infinity) < turn) low = middle + 1;
    else high = middle;
  }
  return low;
}
