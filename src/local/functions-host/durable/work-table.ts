import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** An activity that has been scheduled and has no result yet. */
export interface ActivityWork {
  instanceId: string;
  executionId: string;
  taskId: number;
  /** Name of the activity function. */
  name: string;
  /** The text to hand to the function; null when it was called without input. */
  input: string | null;
}

export interface StoredWork extends ActivityWork {
  sequence: number;
}

/** Activities to run. A row goes away in the transaction that takes its result. */
export class WorkTable {
  readonly #all: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeInstance: StatementSync;
  /** Of the last activity; never given again while this process may wait for a result. */
  #sequence: number;

  constructor(database: DatabaseSync) {
    database.exec(`
      CREATE TABLE IF NOT EXISTS work (
        sequence INTEGER PRIMARY KEY, instanceId TEXT NOT NULL,
        executionId TEXT NOT NULL, taskId INTEGER NOT NULL, name TEXT NOT NULL, input TEXT,
        UNIQUE (instanceId, executionId, taskId));`);
    this.#all = database.prepare('SELECT * FROM work ORDER BY sequence');
    this.#add = database.prepare(`
      INSERT INTO work (sequence, instanceId, executionId, taskId, name, input)
      VALUES (?, ?, ?, ?, ?, ?)`);
    this.#remove = database.prepare('DELETE FROM work WHERE sequence = ?');
    this.#removeInstance = database.prepare('DELETE FROM work WHERE instanceId = ?');
    const last = database.prepare('SELECT MAX(sequence) AS sequence FROM work').get();
    this.#sequence = Number(last?.['sequence'] ?? 0);
  }

  all(): StoredWork[] {
    return this.#all.all() as unknown as StoredWork[];
  }

  add(work: ActivityWork): StoredWork {
    const { instanceId, executionId, taskId, name, input } = work;
    const sequence = ++this.#sequence;
    this.#add.run(sequence, instanceId, executionId, taskId, name, input);
    return { ...work, sequence };
  }

  /** @returns whether it was still there: if not, its result has been taken or is not wanted. */
  remove(sequence: number): boolean {
    return this.#remove.run(sequence).changes > 0;
  }

  removeInstance(instanceId: string): void {
    this.#removeInstance.run(instanceId);
  }
}
