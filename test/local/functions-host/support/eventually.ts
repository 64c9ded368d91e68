import { retried } from '../../../support/until.ts';

/** In milliseconds: long enough for a busy machine to start processes. */
const PATIENCE = 20_000;

/** Waits until a check passes. @throws what it last threw when it never does. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return retried(check, PATIENCE);
}
