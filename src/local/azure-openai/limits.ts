import { z } from 'zod';
import type { Deployments, Limits } from './models.ts';
import type { Store } from './store.ts';

const limit = z.int().positive().nullable().optional();

/** Limits as the control interface sets them: null lifts one, an absent one stays as it is. */
export const limitSettings = z.strictObject({
  deployment: z.string().min(1),
  requestsPerMinute: limit,
  createsPerMinute: limit,
  concurrentJobs: limit,
  enqueuedTokens: limit,
});
export type LimitSettings = z.infer<typeof limitSettings>;

export type LimitName = keyof Limits;

/** How often each limit of each deployment refused a call. */
export type Refusals = Record<string, Partial<Record<LimitName, number>>>;

/** The limits that are enforced: those of the model, and what was set in their place. */
export class EnforcedLimits {
  readonly #store: Store;
  readonly #deployments: Deployments;

  constructor(store: Store, deployments: Deployments) {
    this.#store = store;
    this.#deployments = deployments;
    store.database.exec(
      `CREATE TABLE IF NOT EXISTS limits (deployment TEXT PRIMARY KEY, settings TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS limit_refusals
         (deployment TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL,
          PRIMARY KEY (deployment, name));`,
    );
  }

  set(settings: LimitSettings): void {
    const merged = { ...this.#settingsOf(settings.deployment), ...settings };
    this.#store.database
      .prepare('INSERT OR REPLACE INTO limits VALUES (?, ?)')
      .run(settings.deployment, JSON.stringify(merged));
  }

  /** What was set, without what the models bring along. */
  list(): LimitSettings[] {
    return this.#store.database
      .prepare('SELECT settings FROM limits ORDER BY deployment')
      .all()
      .map((row) => JSON.parse(String(row['settings'])) as LimitSettings);
  }

  clear(): void {
    this.#store.database.exec('DELETE FROM limits');
  }

  /** The value of one limit of a deployment; `undefined`: it is not enforced. */
  of(deployment: string, name: LimitName): number | undefined {
    const set = this.#settingsOf(deployment)?.[name];
    return set === undefined ? this.#modelLimits(deployment)[name] : (set ?? undefined);
  }

  /** Notes that a limit refused a call, which no fault had asked for. */
  noteRefusal(deployment: string, name: LimitName): void {
    this.#store.database
      .prepare(
        `INSERT INTO limit_refusals VALUES (?, ?, 1)
         ON CONFLICT (deployment, name) DO UPDATE SET count = count + 1`,
      )
      .run(deployment, name);
  }

  refusals(): Refusals {
    const counts: Refusals = {};
    const rows = this.#store.database.prepare('SELECT * FROM limit_refusals').all();
    for (const row of rows) {
      const deployment = (counts[String(row['deployment'])] ??= {});
      deployment[row['name'] as LimitName] = Number(row['count']);
    }
    return counts;
  }

  #settingsOf(deployment: string): LimitSettings | undefined {
    const row = this.#store.database
      .prepare('SELECT settings FROM limits WHERE deployment = ?')
      .get(deployment);
    return row === undefined ? undefined : (JSON.parse(String(row['settings'])) as LimitSettings);
  }

  #modelLimits(deployment: string): Limits {
    try {
      return this.#deployments.modelOf(deployment).enforced;
    } catch {
      return {};
    }
  }
}
