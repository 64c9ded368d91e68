import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { EntityTable } from './entity-table.ts';
import { HistoryTable } from './history-table.ts';
import { InboxTable } from './inbox-table.ts';
import { InstanceTable } from './instance-table.ts';
import { WorkTable } from './work-table.ts';

/** Written to the file, so that a later layout can tell what it finds. */
const LAYOUT = 2;

/** The state file cannot be used as it is. */
export class StateFileError extends Error {
  override name = 'StateFileError';
}

/**
 * The state of one task hub in one SQLite file. What belongs together is written in one
 * {@link DurableStore.write}, so a host that is killed at any moment finds either all of it or
 * nothing; writes that come together share a transaction. WAL with `synchronous=NORMAL` loses no committed transaction to a dying process
 * (https://www.sqlite.org/pragma.html#pragma_synchronous); only a failing machine may lose the last.
 */
export class DurableStore {
  readonly instances: InstanceTable;
  readonly history: HistoryTable;
  readonly inbox: InboxTable;
  readonly work: WorkTable;
  readonly entities: EntityTable;
  readonly #database: DatabaseSync;
  readonly #statements: Record<'begin' | 'commit' | 'save' | 'release' | 'undo', StatementSync>;
  #isOpen = false;

  /**
   * @param path the state file, made when absent, or `:memory:`.
   * @throws {@link StateFileError} when another process uses the file or its layout is unknown.
   */
  constructor(path: string) {
    this.#database = open(path);
    this.instances = new InstanceTable(this.#database);
    this.history = new HistoryTable(this.#database);
    this.inbox = new InboxTable(this.#database);
    this.work = new WorkTable(this.#database);
    this.entities = new EntityTable(this.#database);
    this.#statements = {
      begin: this.#database.prepare('BEGIN IMMEDIATE'),
      commit: this.#database.prepare('COMMIT'),
      save: this.#database.prepare('SAVEPOINT one'),
      release: this.#database.prepare('RELEASE one'),
      undo: this.#database.prepare('ROLLBACK TO one'),
    };
  }

  /**
   * Does `write` whole or not at all; calls must not be nested. Only {@link commit} makes it last,
   * so nobody outside may hear of it before.
   */
  write<T>(write: () => T): T {
    if (!this.#isOpen) this.#statements.begin.run();
    this.#isOpen = true;
    this.#statements.save.run();
    try {
      return write();
    } catch (error) {
      this.#statements.undo.run();
      throw error;
    } finally {
      this.#statements.release.run();
    }
  }

  /** Makes everything last that was written. */
  commit(): void {
    if (this.#isOpen) this.#statements.commit.run();
    this.#isOpen = false;
  }

  close(): void {
    this.commit();
    this.#database.close();
  }
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    // Exclusive mode keeps the lock of the first write until the connection closes, or dies.
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;');
    // Each checkpoint waits for the disk, so they come rarely: every 32 MB of log.
    database.exec('PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=8000;');
    database.exec('BEGIN IMMEDIATE; COMMIT;');
  } catch (error) {
    database.close();
    throw isBusy(error) ? inUse(path) : error;
  }
  checkLayout(database, path);
  return database;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && error.message.includes('database is locked');
}

function inUse(path: string): StateFileError {
  return new StateFileError(
    `The durable state in ${path} is in use by another process, and only one host may run on it. ` +
      'Stop the other host or give this one a state file of its own.',
  );
}

function checkLayout(database: DatabaseSync, path: string): void {
  const found = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (found === LAYOUT) return;
  if (found === 0) {
    database.exec(`PRAGMA user_version=${LAYOUT}`);
    return;
  }
  database.close();
  throw new StateFileError(
    `The durable state in ${path} has layout ${String(found)}; this host reads layout ${LAYOUT}. ` +
      'Run the host version that wrote it, or delete the file to begin anew.',
  );
}
