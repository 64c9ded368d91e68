import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { ParentInstance } from './history-events.ts';
import { isTerminal, type Instance, type RuntimeStatus } from './instance.ts';

/** Which instances a query is about; absent members do not restrict. */
export interface InstanceFilter {
  /** Milliseconds since the epoch, inclusive. */
  createdFrom?: number;
  /** Milliseconds since the epoch, inclusive. */
  createdTo?: number;
  statuses?: readonly string[];
  idPrefix?: string;
}

/** Where a page of a listing begins: after this instance. */
export interface Position {
  created: number;
  instanceId: string;
}

/** Orchestration instances; an id names at most one, whatever its execution. */
export class InstanceTable {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #status: StatementSync;
  readonly #put: StatementSync;
  readonly #update: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS instances (
        instanceId TEXT PRIMARY KEY, executionId TEXT NOT NULL, name TEXT NOT NULL,
        version TEXT NOT NULL, status TEXT NOT NULL, input TEXT, output TEXT, customStatus TEXT,
        created INTEGER NOT NULL, updated INTEGER NOT NULL, parent TEXT) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS instancesByCreation ON instances (created, instanceId);`);
    this.#get = database.prepare('SELECT * FROM instances WHERE instanceId = ?');
    this.#status = database.prepare(
      'SELECT status FROM instances WHERE instanceId = ? AND executionId = ?',
    );
    this.#put = database.prepare(`
      INSERT OR REPLACE INTO instances VALUES (:instanceId, :executionId, :name, :version, :status,
        :input, :output, :customStatus, :created, :updated, :parent)`);
    this.#update = database.prepare(`
      UPDATE instances SET status = ?, output = ?, customStatus = ?, updated = ?
      WHERE instanceId = ?`);
    this.#remove = database.prepare('DELETE FROM instances WHERE instanceId = ?');
  }

  get(instanceId: string): Instance | undefined {
    return asInstance(this.#get.get(instanceId));
  }

  /** Whether an instance still runs this execution, so that a late message can be told from a timely. */
  isRunning(instanceId: string, executionId: string): boolean {
    const status = this.#status.get(instanceId, executionId)?.['status'];
    return status !== undefined && !isTerminal(status as RuntimeStatus);
  }

  /** For an instance that begins, or begins anew. */
  put(instance: Instance): void {
    this.#put.run({ ...instance, parent: instance.parent && JSON.stringify(instance.parent) });
  }

  /** For one that goes on: what identifies it, and its input, stay as they are. */
  update({ instanceId, status, output, customStatus, updated }: Instance): void {
    this.#update.run(status, output, customStatus, updated, instanceId);
  }

  remove(instanceId: string): void {
    this.#remove.run(instanceId);
  }

  /** Instances in the order of their creation. */
  list(filter: InstanceFilter, limit: number, after?: Position): Instance[] {
    const { conditions, values } = whereClause(filter, after);
    if (after) {
      conditions.push('(created, instanceId) > (?, ?)');
      values.push(after.created, after.instanceId);
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const sql = `SELECT * FROM instances ${where} ORDER BY created, instanceId LIMIT ?`;
    return this.#database
      .prepare(sql)
      .all(...values, limit)
      .flatMap((row) => asInstance(row) ?? []);
  }
}

/**
 * @param after begins the page: a second lower bound is kept from the index by a plus sign
 *   (https://www.sqlite.org/optoverview.html#uplus), or every page would pass over all before it.
 */
function whereClause(
  filter: InstanceFilter,
  after: Position | undefined,
): { conditions: string[]; values: SQLInputValue[] } {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...more: SQLInputValue[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (filter.createdFrom !== undefined) add(`${after ? '+' : ''}created >= ?`, filter.createdFrom);
  if (filter.createdTo !== undefined) add('created <= ?', filter.createdTo);
  if (filter.idPrefix)
    add('substr(instanceId, 1, length(?)) = ?', filter.idPrefix, filter.idPrefix);
  if (filter.statuses?.length)
    add(`status IN (${filter.statuses.map(() => '?').join()})`, ...filter.statuses);
  return { conditions, values };
}

function asInstance(row: Record<string, unknown> | undefined): Instance | undefined {
  if (!row) return undefined;
  const { parent, status, ...rest } = row;
  return {
    ...(rest as Omit<Instance, 'parent' | 'status'>),
    status: status as RuntimeStatus,
    parent: typeof parent === 'string' ? (JSON.parse(parent) as ParentInstance) : null,
  };
}
