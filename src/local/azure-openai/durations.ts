import { z } from 'zod';
import type { Store } from './store.ts';

const range = z
  .strictObject({ minSeconds: z.number().nonnegative(), maxSeconds: z.number().nonnegative() })
  .refine(({ minSeconds, maxSeconds }) => minSeconds <= maxSeconds, {
    error: 'minSeconds must not be above maxSeconds',
  });
export type DurationRange = z.infer<typeof range>;

/**
 * How long work of each kind takes unless something else is asked for; videos as documented. A batch
 * takes the longer the more rows it has.
 */
const DEFAULTS = {
  responses: { minSeconds: 2, maxSeconds: 6 },
  videos: { minSeconds: 120, maxSeconds: 300 },
  batches: { minSeconds: 60, maxSeconds: 3_600 },
} as const satisfies Record<string, DurationRange>;

export type WorkKind = keyof typeof DEFAULTS;

export const durationSettings = z.partialRecord(z.enum(['responses', 'videos', 'batches']), range);
export type DurationSettings = z.infer<typeof durationSettings>;

/** How long simulated work takes, by its kind. */
export class Durations {
  readonly #store: Store;
  /** What the simulator was started with, for every kind in place of the defaults. */
  readonly given: DurationRange | undefined;

  constructor(store: Store, given?: DurationRange) {
    this.#store = store;
    this.given = given;
    store.database.exec(
      'CREATE TABLE IF NOT EXISTS durations (kind TEXT PRIMARY KEY, range TEXT NOT NULL)',
    );
  }

  of(kind: WorkKind): DurationRange {
    const row = this.#store.database
      .prepare('SELECT range FROM durations WHERE kind = ?')
      .get(kind);
    if (row !== undefined) return JSON.parse(String(row['range'])) as DurationRange;
    return this.given ?? DEFAULTS[kind];
  }

  /** For work that is created from now on. */
  set(settings: DurationSettings): void {
    for (const [kind, seconds] of Object.entries(settings)) {
      this.#store.database
        .prepare('INSERT OR REPLACE INTO durations VALUES (?, ?)')
        .run(kind, JSON.stringify(seconds));
    }
  }

  list(): Record<WorkKind, DurationRange> {
    return {
      responses: this.of('responses'),
      videos: this.of('videos'),
      batches: this.of('batches'),
    };
  }
}

/**
 * @param fraction in [0, 1): where in the range the duration lies.
 * @returns seconds.
 */
export function durationIn({ minSeconds, maxSeconds }: DurationRange, fraction: number): number {
  return minSeconds + fraction * (maxSeconds - minSeconds);
}
