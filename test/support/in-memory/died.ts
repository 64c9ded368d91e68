import type { Around } from './around.ts';

/** The process ended here. */
export class DiedError extends Error {
  override name = 'DiedError';
}

/** A process that dies at its operation number `end`, before or after it was done. */
export function dyingAt(end: number, when: 'before' | 'after'): Around {
  let done = 0;
  return async (_operation, perform) => {
    const last = ++done === end;
    if (last && when === 'before') throw new DiedError();
    const result = await perform();
    if (last) throw new DiedError();
    return result;
  };
}

/** Operations of these names fail as storage does when it is away. */
export function failing(isAway: (operation: string) => boolean, error: Error): Around {
  return async (operation, perform) => {
    if (isAway(operation)) throw error;
    return perform();
  };
}
