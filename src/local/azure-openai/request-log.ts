import type { IncomingHttpHeaders } from 'node:http';
import type { Store } from './store.ts';

/** A request as the control interface tells of it. */
export interface LoggedRequest {
  /** ISO 8601, by the simulator's clock. */
  time: string;
  method: string;
  /** Path and query. */
  path: string;
  /** The route's name; null when there is none of that path. */
  route: string | null;
  /** What was answered; null when the connection was cut without an answer. */
  status: number | null;
  requestHash: string | null;
  deployment: string | null;
  /** The fault that met it. */
  faultId: number | null;
  headers: Record<string, string>;
}

/** Every request there has been, by the route's name. */
export interface RequestCounts {
  total: number;
  byRoute: Record<string, number>;
}

const UNKNOWN_ROUTE = 'unknown';

/** Enough for every test; a soak run of weeks must not fill the disk. */
const KEPT_REQUESTS = 10_000;

const SECRET_HEADER = /key|token|secret|authorization|cookie|password|signature/i;

/** Every request that came, whatever became of it. */
export class RequestLog {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(
      `CREATE TABLE IF NOT EXISTS requests (id INTEGER PRIMARY KEY AUTOINCREMENT, request TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS request_counts
         (route TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;`,
    );
  }

  add(request: LoggedRequest): void {
    const { lastInsertRowid } = this.#store.database
      .prepare('INSERT INTO requests (request) VALUES (?)')
      .run(JSON.stringify(request));
    this.#store.database
      .prepare('DELETE FROM requests WHERE id <= ?')
      .run(Number(lastInsertRowid) - KEPT_REQUESTS);
    this.#count(request.route ?? UNKNOWN_ROUTE);
  }

  /** How many requests there have been since the last reset, those no longer kept included. */
  counts(): RequestCounts {
    const rows = this.#store.database.prepare('SELECT route, count FROM request_counts').all();
    const byRoute = Object.fromEntries(
      rows.map((row) => [String(row['route']), Number(row['count'])]),
    );
    const total = Object.values(byRoute).reduce((sum, count) => sum + count, 0);
    return { total, byRoute };
  }

  #count(route: string): void {
    this.#store.database
      .prepare(
        `INSERT INTO request_counts VALUES (?, 1)
         ON CONFLICT (route) DO UPDATE SET count = count + 1`,
      )
      .run(route);
  }

  /** The last `top` requests, newest first. */
  newest(top: number): LoggedRequest[] {
    return this.#store.database
      .prepare('SELECT request FROM requests ORDER BY id DESC LIMIT ?')
      .all(top)
      .map((row) => JSON.parse(String(row['request'])) as LoggedRequest);
  }
}

/** Headers without the values of those that carry a secret. */
export function redactedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SECRET_HEADER.test(name) ? '[redacted]' : String(value),
    ]),
  );
}
