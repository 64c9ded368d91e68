import { DatabaseSync } from 'node:sqlite';

/** Remembers, in a file, which version of each blob was last announced. */
export class SentEvents {
  readonly #database: DatabaseSync;
  readonly #eTags = new Map<string, string>();

  /** @param path the SQLite file; made if missing */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS sent (blob TEXT PRIMARY KEY, etag TEXT NOT NULL) STRICT;
    `);
    const rows = this.#database.prepare('SELECT blob, etag FROM sent').all();
    for (const { blob, etag } of rows) this.#eTags.set(String(blob), String(etag));
  }

  /** @param blob its URL */
  has(blob: string, eTag: string): boolean {
    return this.#eTags.get(blob) === eTag;
  }

  add(blob: string, eTag: string): void {
    this.#database.prepare('INSERT OR REPLACE INTO sent VALUES (?, ?)').run(blob, eTag);
    this.#eTags.set(blob, eTag);
  }

  /** Forgets blobs that are gone, so that the file does not grow with all that ever was. */
  keepOnly(present: ReadonlySet<string>): void {
    for (const blob of this.#eTags.keys()) {
      if (!present.has(blob)) this.#forget(blob);
    }
  }

  #forget(blob: string): void {
    this.#database.prepare('DELETE FROM sent WHERE blob = ?').run(blob);
    this.#eTags.delete(blob);
  }

  close(): void {
    this.#database.close();
  }
}
