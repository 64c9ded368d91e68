import type { Store } from './store.ts';

/** One create that would have cost money. */
export interface Create {
  route: string;
  requestHash: string;
  deployment: string;
  tokens: number;
  /** Milliseconds since the Unix epoch. */
  at: number;
}

export interface CreateCounts {
  total: number;
  byRoute: Record<string, number>;
  byRequestHash: Record<string, number>;
}

/** The creates that were accepted: what a caller would have been billed for. */
export class Creates {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(
      `CREATE TABLE IF NOT EXISTS creates
         (route TEXT NOT NULL, request_hash TEXT NOT NULL, deployment TEXT NOT NULL,
          tokens INTEGER NOT NULL, at INTEGER NOT NULL);
       CREATE INDEX IF NOT EXISTS creates_by_deployment ON creates (deployment, at);`,
    );
  }

  add(create: Create): void {
    this.#store.database
      .prepare('INSERT INTO creates VALUES (?, ?, ?, ?, ?)')
      .run(create.route, create.requestHash, create.deployment, create.tokens, create.at);
  }

  counts(): CreateCounts {
    const byRoute = this.#countBy('route');
    const total = Object.values(byRoute).reduce((sum, count) => sum + count, 0);
    return { total, byRoute, byRequestHash: this.#countBy('request_hash') };
  }

  /** How many creates a deployment accepted since a moment, and how many tokens they asked for. */
  since(deployment: string, moment: number): { requests: number; tokens: number } {
    const row = this.#store.database
      .prepare(
        'SELECT count(*) AS requests, sum(tokens) AS tokens FROM creates WHERE deployment = ? AND at > ?',
      )
      .get(deployment, moment);
    return { requests: Number(row?.['requests'] ?? 0), tokens: Number(row?.['tokens'] ?? 0) };
  }

  #countBy(column: 'route' | 'request_hash'): Record<string, number> {
    const rows = this.#store.database
      .prepare(`SELECT ${column} AS name, count(*) AS count FROM creates GROUP BY ${column}`)
      .all();
    return Object.fromEntries(rows.map((row) => [String(row['name']), Number(row['count'])]));
  }
}
