import type { Pace } from '../kinds/kind.ts';

/** No wait of any kind is longer, so that a lost wake-up costs at most this (design, section 3). */
export const LONGEST_WAIT = 600_000;

/** After trouble of our own (storage away, an activity that threw): from 5 s, doubling. */
export const TROUBLE_PACE: Pace = { firstWait: 5, growth: 2, longestWait: 600 };

/** While another run's create is under way: its outcome may be recorded any moment. */
export const SETTLE_PACE: Pace = { firstWait: 1, growth: 2, longestWait: 60 };

/** While upstream works on what a create needs: a large file is ready within minutes. */
export const PREPARE_PACE: Pace = { firstWait: 2, growth: 1.5, longestWait: 60 };

/** What kept upstream from beginning is other work, and that takes minutes at least. */
export const TURNED_AWAY_PACE: Pace = { firstWait: 60, growth: 2, longestWait: 600 };

/** A twentieth to either side, so that jobs that began together do not stay together. */
const JITTER = 0.05;

/**
 * How long to wait before trying again.
 *
 * @param attempt 0 for the first wait, growing with every wait in a row.
 * @param seed decides the jitter: the same seed and attempt give the same wait, as replay needs.
 * @param askedFor seconds that upstream asked to wait; honoured, but never beyond ten minutes
 *   (Azure has been seen to send 86,400).
 * @returns milliseconds.
 */
export function waitAfter(pace: Pace, attempt: number, seed: string, askedFor = 0): number {
  const grown = pace.firstWait * pace.growth ** Math.min(attempt, 64);
  const own = Math.min(grown, pace.longestWait) * (1 + JITTER * spread(`${seed}/${attempt}`));
  return Math.min(Math.max(own, askedFor) * 1_000, LONGEST_WAIT);
}

/** A number from -1 to 1 that follows from the text. */
function spread(text: string): number {
  return scatter(text) / 0x7fffffff - 1;
}

/** A whole number below 2^32 that follows from the text: FNV-1a, which is plain and spreads well. */
export function scatter(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
