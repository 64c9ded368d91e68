import { randomInt } from 'node:crypto';
import { clock } from '../../clock.ts';

/** Rivals for one row are many at times, but each loss is another's success. */
const MAXIMUM_RACES = 30;

/** From the third loss on, milliseconds are let pass, more with each loss, at random. */
const RACES_WITHOUT_PAUSE = 2;
const LONGEST_PAUSE_STEP = 20;

/**
 * Tries a read, a decision and a compare-and-swap until the swap succeeds.
 *
 * @param attempt answers undefined when another was faster; it is told how often that happened.
 * @param what is being changed, for the error.
 */
export async function untilWon<T>(
  what: string,
  attempt: (race: number) => Promise<T | undefined>,
): Promise<T> {
  for (let race = 0; race < MAXIMUM_RACES; race += 1) {
    const result = await attempt(race);
    if (result !== undefined) return result;
    if (race >= RACES_WITHOUT_PAUSE) await clock().sleep(randomInt(1, LONGEST_PAUSE_STEP * race));
  }
  throw new Error(`${what} was changed by others ${MAXIMUM_RACES} times in a row.`);
}
