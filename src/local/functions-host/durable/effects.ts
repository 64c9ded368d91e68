import type { StoredWork } from './work-table.ts';

/** What must happen in the process once a transaction has been committed. */
export interface Effects {
  /** Instances that have messages to read. */
  woken: Set<string>;
  /** Instances whose stored history was replaced. */
  rewritten: Set<string>;
  /** Instances that have ended. */
  ended: Set<string>;
  /** Activities to hand to workers. */
  work: StoredWork[];
}

export function noEffects(): Effects {
  return { woken: new Set(), rewritten: new Set(), ended: new Set(), work: [] };
}
