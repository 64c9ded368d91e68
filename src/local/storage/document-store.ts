import { DatabaseSync } from 'node:sqlite';

/** A collection as it was saved: how it was declared, and its documents in the order of their ids. */
export interface SavedCollection {
  name: string;
  options: object;
  documents: StoredDocument[];
}

/** What Loki puts into every document of a collection. */
export interface StoredDocument {
  $loki: number;
}

/**
 * Keeps the documents of several in-memory databases in one SQLite file.
 *
 * All changes of one synchronous stretch of code form one transaction: it begins with the first change
 * and is committed in a microtask, so before anything that awaited the changing function goes on. Nobody
 * can therefore be told of a change that is not in the file, and no change is ever half in the file.
 *
 * What is committed survives the end of the process at any moment. The write-ahead log is synced at its
 * checkpoints only, so a power cut may cost the last changes (https://www.sqlite.org/wal.html), never the file.
 */
export class DocumentStore {
  readonly #database: DatabaseSync;
  #inTransaction = false;

  /** @param path the SQLite file; made if missing. A second process that opens it gets "database is locked". */
  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 5_000 });
    this.#database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS collections (
        database TEXT, name TEXT, options TEXT, PRIMARY KEY (database, name)) STRICT;
      CREATE TABLE IF NOT EXISTS documents (
        database TEXT, collection TEXT, id INTEGER, document TEXT, PRIMARY KEY (database, collection, id)) STRICT;
    `);
  }

  load(database: string): SavedCollection[] {
    const collections = this.#database
      .prepare('SELECT name, options FROM collections WHERE database = ? ORDER BY rowid')
      .all(database) as { name: string; options: string }[];
    return collections.map(({ name, options }) => ({
      name,
      options: JSON.parse(options) as object,
      documents: this.#documents(database, name),
    }));
  }

  #documents(database: string, collection: string): StoredDocument[] {
    const rows = this.#database
      .prepare('SELECT document FROM documents WHERE database = ? AND collection = ? ORDER BY id')
      .all(database, collection) as { document: string }[];
    return rows.map(({ document }) => JSON.parse(document) as StoredDocument);
  }

  addCollection(database: string, name: string, options: object): void {
    this.#change(
      'INSERT INTO collections VALUES (?, ?, ?)',
      database,
      name,
      JSON.stringify(options),
    );
  }

  removeCollection(database: string, name: string): void {
    this.#change('DELETE FROM documents WHERE database = ? AND collection = ?', database, name);
    this.#change('DELETE FROM collections WHERE database = ? AND name = ?', database, name);
  }

  put(database: string, collection: string, document: StoredDocument): void {
    this.#change(
      'INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)',
      database,
      collection,
      document.$loki,
      JSON.stringify(document),
    );
  }

  delete(database: string, collection: string, id: number): void {
    this.#change(
      'DELETE FROM documents WHERE database = ? AND collection = ? AND id = ?',
      database,
      collection,
      id,
    );
  }

  #change(sql: string, ...parameters: (string | number)[]): void {
    this.#begin();
    this.#statement(sql).run(...parameters);
  }

  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  #statement(sql: string): ReturnType<DatabaseSync['prepare']> {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }

  #begin(): void {
    if (this.#inTransaction) return;
    this.#database.exec('BEGIN');
    this.#inTransaction = true;
    // A commit that fails (disk full) throws outside every request and so ends the process:
    // better no answer than an answer to a write that is not kept.
    queueMicrotask(() => this.#commit());
  }

  #commit(): void {
    this.#inTransaction = false;
    this.#database.exec('COMMIT');
  }
}
