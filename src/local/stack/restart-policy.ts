/** A program that ends this soon after it was ready has not recovered. */
export const SHORT_LIFE_MS = 1_000;

const MOST_SHORT_LIVES = 5;
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 2_000;

/**
 * How long to wait before a program that died is started again.
 *
 * @param shortLives how many times in a row it died before it was ready or soon after; 0 for a death out of a long life
 * @returns milliseconds; nothing when it died too often to be worth another try
 */
export function restartDelay(shortLives: number): number | undefined {
  if (shortLives >= MOST_SHORT_LIVES) return undefined;
  return Math.min(FIRST_DELAY_MS * 2 ** shortLives, LONGEST_DELAY_MS);
}
