import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** The events of the current execution of every instance, as JSON text with `IsPlayed: true`. */
export class HistoryTable {
  readonly #read: StatementSync;
  readonly #count: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(`
      CREATE TABLE IF NOT EXISTS history (
        instanceId TEXT NOT NULL, sequence INTEGER NOT NULL, event TEXT NOT NULL,
        PRIMARY KEY (instanceId, sequence)) WITHOUT ROWID;`);
    this.#read = database.prepare(
      'SELECT event FROM history WHERE instanceId = ? ORDER BY sequence',
    );
    this.#count = database.prepare('SELECT COUNT(*) AS count FROM history WHERE instanceId = ?');
    this.#add = database.prepare('INSERT INTO history VALUES (?, ?, ?)');
    this.#remove = database.prepare('DELETE FROM history WHERE instanceId = ?');
  }

  read(instanceId: string): string[] {
    return this.#read.all(instanceId).map((row) => String(row['event']));
  }

  count(instanceId: string): number {
    return Number(this.#count.get(instanceId)?.['count']);
  }

  /** @param from how many events the history holds already. */
  append(instanceId: string, from: number, events: readonly string[]): void {
    events.forEach((event, index) => this.#add.run(instanceId, from + index, event));
  }

  remove(instanceId: string): void {
    this.#remove.run(instanceId);
  }
}
