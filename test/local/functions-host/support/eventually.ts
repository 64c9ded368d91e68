import { setTimeout as delay } from 'node:timers/promises';
import { pauseAfter } from '../../../support/until.ts';

/** In milliseconds: long enough for a busy machine to start processes. */
const PATIENCE = 20_000;

/** Waits until a check passes. @throws what it last threw when it never does. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  const begun = performance.now();
  for (;;) {
    try {
      return await check();
    } catch (error) {
      const waited = performance.now() - begun;
      if (waited > PATIENCE) throw error;
      await delay(pauseAfter(waited));
    }
  }
}
