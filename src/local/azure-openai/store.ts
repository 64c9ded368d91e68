import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Everything the simulator knows. Write-ahead logging makes a committed transaction outlive the
 * process (`kill -9`); a power cut of the machine may lose the last ones, which a simulator may.
 */
export class Store {
  readonly database: DatabaseSync;

  /** @param directory where the state lives; without one it is gone with the process. */
  constructor(directory?: string) {
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    this.database = new DatabaseSync(
      directory === undefined ? ':memory:' : join(directory, 'azure-openai.sqlite'),
    );
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  }

  /** Runs `work` as one transaction: all of it is kept, or nothing when it throws. */
  transaction<T>(work: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Forgets everything: jobs, faults, counts and the request log. */
  clear(): void {
    const tables = this.database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all();
    this.transaction(() => {
      for (const { name } of tables) this.database.exec(`DELETE FROM "${String(name)}"`);
    });
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }
}
