import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { completedTaskId, isCompletion, type HistoryEvent } from './history-events.ts';

/** A message that waits to be read by an orchestration's turn. */
export interface Message {
  instanceId: string;
  /** Milliseconds since the epoch; 0 for at once. */
  due: number;
  sequence: number;
  /** The execution it is meant for; null when any will do, as for external events. */
  executionId: string | null;
  event: HistoryEvent;
}

/** Due at once: such messages precede every timer. */
const AT_ONCE = 0;
/** To SQLite a negative limit is none. */
const NO_LIMIT = -1;

/** Messages to instances; a timer is a message with a time to come. */
export class InboxTable {
  readonly #read: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeTimer: StatementSync;
  readonly #removeExecution: StatementSync;
  readonly #removeAll: StatementSync;
  readonly #due: StatementSync;
  readonly #dueSince: StatementSync;
  readonly #nextDue: StatementSync;
  /** Of the last message. The table's own counter would be one more row to write for each. */
  #sequence: number;

  constructor(database: DatabaseSync) {
    // One completion per task: a second one finds its place taken and is dropped.
    database.exec(`
      CREATE TABLE IF NOT EXISTS inbox (
        instanceId TEXT NOT NULL, due INTEGER NOT NULL, sequence INTEGER NOT NULL,
        executionId TEXT, taskId INTEGER, event TEXT NOT NULL,
        PRIMARY KEY (instanceId, due, sequence)) WITHOUT ROWID;
      CREATE UNIQUE INDEX IF NOT EXISTS inboxByTask ON inbox (instanceId, executionId, taskId)
        WHERE taskId IS NOT NULL;
      CREATE INDEX IF NOT EXISTS inboxByDue ON inbox (due) WHERE due > 0;`);
    this.#read = database.prepare(
      'SELECT * FROM inbox WHERE instanceId = ? AND due <= ? ORDER BY due, sequence LIMIT ?',
    );
    this.#add = database.prepare(`
      INSERT OR IGNORE INTO inbox (instanceId, due, sequence, executionId, taskId, event)
      VALUES (?, ?, ?, ?, ?, ?)`);
    this.#remove = database.prepare(
      'DELETE FROM inbox WHERE instanceId = ? AND due = ? AND sequence = ?',
    );
    this.#removeTimer = database.prepare(
      'DELETE FROM inbox WHERE instanceId = ? AND executionId = ? AND taskId = ?',
    );
    this.#removeExecution = database.prepare(
      'DELETE FROM inbox WHERE instanceId = ? AND executionId = ?',
    );
    this.#removeAll = database.prepare('DELETE FROM inbox WHERE instanceId = ?');
    this.#due = database.prepare('SELECT DISTINCT instanceId FROM inbox WHERE due <= ?');
    this.#dueSince = database.prepare(
      'SELECT DISTINCT instanceId FROM inbox WHERE due > 0 AND due > ? AND due <= ?',
    );
    this.#nextDue = database.prepare('SELECT MIN(due) AS due FROM inbox WHERE due > 0 AND due > ?');
    const last = database.prepare('SELECT MAX(sequence) AS sequence FROM inbox').get();
    this.#sequence = Number(last?.['sequence'] ?? 0);
  }

  /**
   * @param now messages due later than this, in milliseconds since the epoch, are left out.
   * @param limit how many messages to read at most; all when left out.
   */
  read(instanceId: string, now: number, limit = NO_LIMIT): Message[] {
    return this.#read.all(instanceId, now, limit).map((row) => ({
      instanceId,
      due: Number(row['due']),
      sequence: Number(row['sequence']),
      executionId: row['executionId'] === null ? null : String(row['executionId']),
      event: JSON.parse(String(row['event'])) as HistoryEvent,
    }));
  }

  /** @param due milliseconds since the epoch; a message without is due at once. */
  add(instanceId: string, executionId: string | null, event: HistoryEvent, due = AT_ONCE): void {
    const taskId = isCompletion(event) ? completedTaskId(event) : null;
    const text = JSON.stringify(event);
    this.#add.run(instanceId, due, ++this.#sequence, executionId, taskId, text);
  }

  remove(messages: readonly Message[]): void {
    for (const { instanceId, due, sequence } of messages)
      this.#remove.run(instanceId, due, sequence);
  }

  removeTimer(instanceId: string, executionId: string, timerId: number): void {
    this.#removeTimer.run(instanceId, executionId, timerId);
  }

  /** Drops what was meant for one execution alone. */
  removeExecution(instanceId: string, executionId: string): void {
    this.#removeExecution.run(instanceId, executionId);
  }

  removeAll(instanceId: string): void {
    this.#removeAll.run(instanceId);
  }

  /** The instances with messages due by `now`, in milliseconds since the epoch. */
  dueInstances(now: number): string[] {
    return this.#due.all(now).map((row) => String(row['instanceId']));
  }

  /** Those of them with timers that were not due by `since`; reads no others. */
  dueSince(since: number, now: number): string[] {
    return this.#dueSince.all(since, now).map((row) => String(row['instanceId']));
  }

  /** When the next message after `now` is due, in milliseconds since the epoch. */
  nextDue(now: number): number | undefined {
    const due = this.#nextDue.get(now)?.['due'];
    return typeof due === 'number' ? due : undefined;
  }
}
