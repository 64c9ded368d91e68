import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Raised when the tables change; a file of another version is refused. */
const VERSION = 1;

const TABLES = `
  CREATE TABLE IF NOT EXISTS entity (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    last_sequence_number INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL REFERENCES entity,
    sequence_number INTEGER NOT NULL,
    state TEXT NOT NULL,
    enqueued_at INTEGER NOT NULL,
    expires_at INTEGER,
    delivery_count INTEGER NOT NULL,
    locked INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS content (message INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS accepted_id (
    entity INTEGER NOT NULL REFERENCES entity,
    message_id TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    PRIMARY KEY (entity, message_id)
  ) WITHOUT ROWID;
`;

/**
 * Opens the broker's one file and takes exclusive ownership of it. The lock is the operating
 * system's, so it ends with the process, however that ends.
 *
 * WAL with synchronous NORMAL keeps every committed transaction over the end of the process; what a
 * power failure may take is the last few commits (https://www.sqlite.org/pragma.html#pragma_synchronous).
 *
 * @param directory created when missing.
 * @param reset forgets everything that the file holds.
 * @throws Error when another process owns the file, or another version wrote it.
 */
export function openStateFile(directory: string, reset: boolean): DatabaseSync {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'service-bus.sqlite');
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;');
    database.exec('PRAGMA synchronous = NORMAL; BEGIN EXCLUSIVE; COMMIT;');
    if (reset) dropTables(database);
    checkVersion(database, path);
    database.exec(TABLES);
    return database;
  } catch (error) {
    database.close();
    throw isBusy(error) ? ownedByAnother(path, error) : error;
  }
}

function dropTables(database: DatabaseSync): void {
  database.exec(`
    DROP TABLE IF EXISTS accepted_id; DROP TABLE IF EXISTS content;
    DROP TABLE IF EXISTS message; DROP TABLE IF EXISTS entity;
    PRAGMA user_version = 0; VACUUM;
  `);
}

function checkVersion(database: DatabaseSync, path: string): void {
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (found !== 0 && found !== VERSION) {
    throw new Error(
      `'${path}' has version ${found}, and this Service Bus reads version ${VERSION} only. ` +
        'Start once with --reset to give up the messages in it, or choose another --state directory.',
    );
  }
  database.exec(`PRAGMA user_version = ${VERSION}`);
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;
}

function ownedByAnother(path: string, cause: unknown): Error {
  return new Error(
    `'${path}' is in use by another process, and only one Service Bus may own it. ` +
      'Stop the other one, or choose another --state directory.',
    { cause },
  );
}
