import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** JSON text holds no line breaks of its own. */
const BREAK = '\n';

/**
 * The events of the current execution of every instance, as JSON text with `IsPlayed: true`: what was
 * appended together is one row, as it is written and read together.
 */
export class HistoryTable {
  readonly #read: StatementSync;
  readonly #length: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(`
      CREATE TABLE IF NOT EXISTS history (
        instanceId TEXT NOT NULL, start INTEGER NOT NULL, count INTEGER NOT NULL,
        events TEXT NOT NULL, PRIMARY KEY (instanceId, start)) WITHOUT ROWID;`);
    this.#read = database.prepare('SELECT events FROM history WHERE instanceId = ? ORDER BY start');
    this.#length = database.prepare(`
      SELECT start + count AS length FROM history WHERE instanceId = ?
      ORDER BY start DESC LIMIT 1`);
    this.#add = database.prepare('INSERT INTO history VALUES (?, ?, ?, ?)');
    this.#remove = database.prepare('DELETE FROM history WHERE instanceId = ?');
  }

  read(instanceId: string): string[] {
    return this.#read.all(instanceId).flatMap((row) => String(row['events']).split(BREAK));
  }

  /** How many events the history holds. */
  length(instanceId: string): number {
    return Number(this.#length.get(instanceId)?.['length'] ?? 0);
  }

  /** @param start how many events the history holds already. */
  append(instanceId: string, start: number, events: readonly string[]): void {
    if (events.length === 0) return;
    this.#add.run(instanceId, start, events.length, events.join(BREAK));
  }

  remove(instanceId: string): void {
    this.#remove.run(instanceId);
  }
}
