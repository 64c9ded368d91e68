import type { Around } from '../../support/in-memory/around.ts';

/** A process that does `meanwhile` right before its first operation of this name. */
export function heldBefore(operation: string, meanwhile: () => Promise<unknown>): Around {
  let waiting = true;
  return async (name, perform) => {
    if (waiting && name === operation) {
      waiting = false;
      await meanwhile();
    }
    return perform();
  };
}
