import { z } from 'zod';
import { wishes } from './responses/plan.ts';
import type { CallSubject } from './routes.ts';
import type { Store } from './store.ts';

const match = z.strictObject({
  /** Text that the request body must contain. */
  bodyContains: z.string().optional(),
  deploymentName: z.string().optional(),
  /** SHA-256 hex of the canonical request body; on `{id}` routes of the one that created the job. */
  requestHash: z.string().optional(),
});

const shape = z.strictObject({
  route: z.string().default('*'),
  match: match.default({}),
  /** How many requests it meets; null: all, until it is cleared. */
  times: z.int().positive().nullable().default(1),
  status: z.int().min(200).max(599).optional(),
  body: z.json().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  delayMs: z.int().nonnegative().default(0),
  cutBeforeProcessing: z.boolean().default(false),
  cutAfterBytes: z.int().nonnegative().optional(),
  answerLost: z.boolean().default(false),
  ...wishes,
});

/** What to do to the next matching requests. */
export type Fault = z.infer<typeof shape>;

export interface PlannedFault {
  id: number;
  /** How many requests it will still meet; null: all. */
  remaining: number | null;
  fault: Fault;
}

/** @param routeNames the routes that a fault can name. */
export function faultSchema(routeNames: readonly string[]): z.ZodType<Fault> {
  const allowed = ['*', ...routeNames];
  return shape.superRefine((fault, context) => {
    const complain = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (!allowed.includes(fault.route)) {
      complain('route', `"${fault.route}" is not simulated; use one of: ${allowed.join(', ')}`);
    }
    if (fault.route !== 'POST /responses') {
      for (const wish of givenWishes(fault)) complain(wish, 'only acts on route "POST /responses"');
    }
    if (cutsBeforeProcessing(fault) && (fault.answerLost || fault.status !== undefined)) {
      complain('cutBeforeProcessing', 'leaves no answer; give no status, and no answerLost');
    }
  });
}

function givenWishes(fault: Fault): string[] {
  return Object.keys(wishes).filter((wish) => Object.hasOwn(fault, wish));
}

/** Whether the connection goes before anything was done; zero bytes of an answer amount to that. */
export function cutsBeforeProcessing(fault: Fault): boolean {
  return fault.cutBeforeProcessing || fault.cutAfterBytes === 0;
}

/** Whether the request is handled at all. A status stands in for the handling, unless lost later. */
export function isProcessed(fault: Fault): boolean {
  return !cutsBeforeProcessing(fault) && (fault.status === undefined || fault.answerLost);
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
