import type { Fault } from './fault-schema.ts';
import type { CallSubject } from './routes.ts';
import type { Store } from './store.ts';

export interface PlannedFault {
  id: number;
  /** How many requests it will still meet; null: all. */
  remaining: number | null;
  fault: Fault;
}

/** The faults still to happen, in the order they were added. */
export class FaultPlan {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(
      'CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY AUTOINCREMENT, remaining INTEGER, fault TEXT NOT NULL)',
    );
  }

  add(fault: Fault): PlannedFault {
    const { lastInsertRowid } = this.#store.database
      .prepare('INSERT INTO faults (remaining, fault) VALUES (?, ?)')
      .run(fault.times, JSON.stringify(fault));
    return { id: Number(lastInsertRowid), remaining: fault.times, fault };
  }

  list(): PlannedFault[] {
    return this.#store.database
      .prepare('SELECT * FROM faults ORDER BY id')
      .all()
      .map((row) => ({
        id: Number(row['id']),
        remaining: row['remaining'] === null ? null : Number(row['remaining']),
        fault: JSON.parse(String(row['fault'])) as Fault,
      }));
  }

  /** Takes the first fault that meets a request; one that has met its last is gone. */
  take(
    routeName: string | undefined,
    body: string,
    subject: CallSubject,
  ): PlannedFault | undefined {
    const found = this.list().find(({ fault }) => meets(fault, routeName, body, subject));
    if (found !== undefined) this.#count(found);
    return found;
  }

  clear(): void {
    this.#store.database.exec('DELETE FROM faults');
  }

  #count({ id, remaining }: PlannedFault): void {
    const change =
      remaining === 1
        ? 'DELETE FROM faults WHERE id = ?'
        : 'UPDATE faults SET remaining = remaining - 1 WHERE id = ?';
    this.#store.database.prepare(change).run(id);
  }
}

function meets(
  { route, match }: Fault,
  routeName: string | undefined,
  body: string,
  subject: CallSubject,
): boolean {
  return (
    (route === '*' || route === routeName) &&
    (match.bodyContains === undefined || body.includes(match.bodyContains)) &&
    (match.deploymentName === undefined || match.deploymentName === subject.deploymentName) &&
    (match.requestHash === undefined || match.requestHash === subject.requestHash)
  );
}
