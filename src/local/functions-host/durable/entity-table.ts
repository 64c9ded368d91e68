import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** An entity that exists. */
export interface Entity {
  /** `@name@key`. */
  entityId: string;
  /** JSON text; null when it exists without having set a state. */
  state: string | null;
  /** Milliseconds since the epoch of its last batch of operations. */
  lastOperation: number;
}

/** Which entities a listing is about; absent members do not restrict. */
export interface EntityFilter {
  name?: string;
  /** Milliseconds since the epoch, inclusive. */
  from?: number;
  /** Milliseconds since the epoch, inclusive. */
  to?: number;
}

/** Entities and their states; the operations that wait for them are messages in the inbox. */
export class EntityTable {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS entities (
        entityId TEXT PRIMARY KEY, state TEXT, lastOperation INTEGER NOT NULL) WITHOUT ROWID;`);
    this.#get = database.prepare('SELECT * FROM entities WHERE entityId = ?');
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO entities VALUES (:entityId, :state, :lastOperation)',
    );
    this.#remove = database.prepare('DELETE FROM entities WHERE entityId = ?');
  }

  get(entityId: string): Entity | undefined {
    return this.#get.get(entityId) as Entity | undefined;
  }

  put(entity: Entity): void {
    this.#put.run({ ...entity });
  }

  remove(entityId: string): void {
    this.#remove.run(entityId);
  }

  /** Entities in the order of their ids. @param after the last one of the page before. */
  list({ name, from, to }: EntityFilter, limit: number, after = ''): Entity[] {
    const conditions = ['entityId > ?'];
    const values: SQLInputValue[] = [after];
    const add = (condition: string, ...more: SQLInputValue[]): void => {
      conditions.push(condition);
      values.push(...more);
    };
    // A range and not a prefix comparison, so that the index serves it: '@' is followed by 'A'.
    if (name !== undefined)
      add('entityId >= ? AND entityId < ?', `@${name.toLowerCase()}@`, `@${name.toLowerCase()}A`);
    if (from !== undefined) add('lastOperation >= ?', from);
    if (to !== undefined) add('lastOperation <= ?', to);
    const where = conditions.join(' AND ');
    const sql = `SELECT * FROM entities WHERE ${where} ORDER BY entityId LIMIT ?`;
    return this.#database.prepare(sql).all(...values, limit) as unknown as Entity[];
  }
}
