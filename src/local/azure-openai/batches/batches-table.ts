import type { Store } from '../store.ts';
import { batchErrors } from './errors.ts';
import { endOf } from './progress.ts';
import type { StoredBatch } from './stored-batch.ts';

/** A batch and the turns of its rows that fail, ascending. */
export interface KeptBatch {
  batch: StoredBatch;
  failing: Uint32Array;
}

/** The batches, in the order they were created. */
export class BatchesTable {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(
      `CREATE TABLE IF NOT EXISTS batches
         (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, deployment TEXT,
          tokens INTEGER NOT NULL, ends_at INTEGER, settled INTEGER NOT NULL,
          input_file_id TEXT NOT NULL, batch TEXT NOT NULL, failing BLOB NOT NULL);
       CREATE INDEX IF NOT EXISTS batches_by_end ON batches (settled, ends_at);
       CREATE INDEX IF NOT EXISTS batches_by_input ON batches (input_file_id);`,
    );
  }

  /** @param settled whether its files are written, or there will never be any. */
  add({ batch, failing }: KeptBatch, settled: boolean): void {
    this.#store.database
      .prepare(
        `INSERT INTO batches (id, deployment, tokens, ends_at, settled, input_file_id, batch, failing)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        batch.id,
        batch.deployment,
        batch.tokens,
        endOf(batch),
        Number(settled),
        batch.inputFileId,
        JSON.stringify(batch),
        new Uint8Array(failing.buffer, failing.byteOffset, failing.byteLength),
      );
  }

  /** Keeps what changed of a batch. */
  update(batch: StoredBatch): void {
    this.#store.database
      .prepare('UPDATE batches SET ends_at = ?, batch = ? WHERE id = ?')
      .run(endOf(batch), JSON.stringify(batch), batch.id);
  }

  settled(id: string): void {
    this.#store.database.prepare('UPDATE batches SET settled = 1 WHERE id = ?').run(id);
  }

  find(id: string): KeptBatch | undefined {
    const row = this.#store.database
      .prepare('SELECT batch, failing FROM batches WHERE id = ?')
      .get(id);
    return row === undefined ? undefined : keptIn(row);
  }

  /** @throws ApiError 404. */
  read(id: string): KeptBatch {
    const found = this.find(id);
    if (found === undefined) throw batchErrors.notFound(id);
    return found;
  }

  /**
   * Newest first.
   * @param after the identifier of the last batch of the page before.
   * @returns one more than the limit, if there are more.
   */
  list(after: string | null, limit: number): KeptBatch[] {
    return this.#store.database
      .prepare(
        `SELECT batch, failing FROM batches
           WHERE :after IS NULL OR number < (SELECT number FROM batches WHERE id = :after)
           ORDER BY number DESC LIMIT :limit`,
      )
      .all({ after, limit: limit + 1 })
      .map(keptIn);
  }

  /** Batches that have ended and whose files are still to be written. */
  due(now: number): KeptBatch[] {
    return this.#store.database
      .prepare(
        'SELECT batch, failing FROM batches WHERE settled = 0 AND ends_at <= ? ORDER BY ends_at',
      )
      .all(now)
      .map(keptIn);
  }

  /** Whether a batch still has to read a file. */
  needs(fileId: string): boolean {
    return (
      this.#store.database
        .prepare('SELECT 1 FROM batches WHERE input_file_id = ? AND settled = 0')
        .get(fileId) !== undefined
    );
  }

  /** The tokens of a deployment's batches that have not ended. */
  enqueuedTokens(deployment: string, now: number): number {
    const row = this.#store.database
      .prepare(
        `SELECT sum(tokens) AS tokens FROM batches
           WHERE deployment = ? AND settled = 0 AND (ends_at IS NULL OR ends_at > ?)`,
      )
      .get(deployment, now);
    return Number(row?.['tokens'] ?? 0);
  }
}

function keptIn(row: Record<string, unknown>): KeptBatch {
  const bytes = Uint8Array.from(row['failing'] as Uint8Array);
  return {
    batch: JSON.parse(String(row['batch'])) as StoredBatch,
    failing: new Uint32Array(bytes.buffer),
  };
}
