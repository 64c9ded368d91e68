import type { Store } from '../store.ts';
import { fileErrors } from './errors.ts';
import type { StoredFile } from './stored-file.ts';

/** Which files a list shows. */
export interface FileQuery {
  purpose: string | null;
  order: 'asc' | 'desc';
  /** The identifier of the last file of the page before. */
  after: string | null;
  limit: number;
}

const ALIVE = 'deleted_at IS NULL AND (expires_at IS NULL OR expires_at > :now)';

/** The files in the order they came. The row of a deleted one stays: a list may go on after it. */
export class FilesTable {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(
      `CREATE TABLE IF NOT EXISTS files
         (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, purpose TEXT NOT NULL,
          created_at INTEGER NOT NULL, expires_at INTEGER, deleted_at INTEGER,
          has_content INTEGER NOT NULL DEFAULT 1, file TEXT NOT NULL);
       CREATE INDEX IF NOT EXISTS files_by_creation ON files (created_at);`,
    );
  }

  add(file: StoredFile): void {
    this.#store.database
      .prepare(
        'INSERT INTO files (id, purpose, created_at, expires_at, file) VALUES (?, ?, ?, ?, ?)',
      )
      .run(file.id, file.purpose, file.createdAt, file.expiresAt, JSON.stringify(file));
  }

  /** `undefined` when there is none, or no longer. */
  find(id: string, now: number): StoredFile | undefined {
    return fileIn(
      this.#store.database
        .prepare(`SELECT file FROM files WHERE id = :id AND ${ALIVE}`)
        .get({ id, now }),
    );
  }

  /** @throws ApiError 404 for a file that is unknown, deleted or expired. */
  read(id: string, now: number): StoredFile {
    const file = this.find(id, now);
    if (file === undefined) throw fileErrors.notFound(id);
    return file;
  }

  /** @returns one file more than the limit, if there are more. */
  list({ purpose, order, after, limit }: FileQuery, now: number): StoredFile[] {
    const beyond = order === 'asc' ? '>' : '<';
    return this.#store.database
      .prepare(
        `SELECT file FROM files WHERE ${ALIVE} AND (:purpose IS NULL OR purpose = :purpose)
           AND (:after IS NULL OR number ${beyond} (SELECT number FROM files WHERE id = :after))
           ORDER BY number ${order} LIMIT :limit`.replace('> :now)', '> :now)'),
      )
      .all({ purpose, after, limit: limit + 1, now })
      .flatMap((row) => fileIn(row) ?? []);
  }

  delete(id: string, now: number): void {
    this.#store.database.prepare('UPDATE files SET deleted_at = ? WHERE id = ?').run(now, id);
  }

  /** How many files there are with an expiry, or without one. */
  count(withExpiry: boolean, now: number): number {
    const row = this.#store.database
      .prepare(
        `SELECT count(*) AS count FROM files WHERE ${ALIVE} AND (expires_at IS NOT NULL) = :withExpiry`,
      )
      .get({ now, withExpiry: Number(withExpiry) });
    return Number(row?.['count'] ?? 0);
  }

  /** How many uploads came since a moment, whatever became of them. */
  uploadsSince(moment: number): number {
    const row = this.#store.database
      .prepare(
        `SELECT count(*) AS count FROM files WHERE created_at > ? AND purpose <> 'batch_output'`,
      )
      .get(moment);
    return Number(row?.['count'] ?? 0);
  }

  /** Every file whose content may still lie on disk. */
  withContent(): Set<string> {
    const rows = this.#store.database.prepare('SELECT id FROM files WHERE has_content').all();
    return new Set(rows.map(({ id }) => String(id)));
  }

  /** Files that are deleted or expired, and whose content is to follow them. */
  outlived(now: number): string[] {
    return this.#store.database
      .prepare(`SELECT id FROM files WHERE has_content AND NOT (${ALIVE})`)
      .all({ now })
      .map(({ id }) => String(id));
  }

  contentRemoved(id: string): void {
    this.#store.database.prepare('UPDATE files SET has_content = 0 WHERE id = ?').run(id);
  }
}

function fileIn(row: Record<string, unknown> | undefined): StoredFile | undefined {
  return row === undefined ? undefined : (JSON.parse(String(row['file'])) as StoredFile);
}
