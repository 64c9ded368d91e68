import { errors } from '../errors.ts';
import type { Store } from '../store.ts';
import type { StoredResponse } from './stored-response.ts';

/** Azure keeps stored responses for thirty days. */
const RETENTION_MS = 30 * 24 * 60 * 60 * 1000;

/** The stored responses. Of a deleted one only the identifier is left. */
export class ResponsesTable {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(
      'CREATE TABLE IF NOT EXISTS responses (id TEXT PRIMARY KEY, response TEXT) WITHOUT ROWID',
    );
  }

  save(response: StoredResponse): void {
    this.#store.database
      .prepare('INSERT OR REPLACE INTO responses VALUES (?, ?)')
      .run(response.id, JSON.stringify(response));
  }

  delete(id: string): void {
    this.#store.database.prepare('UPDATE responses SET response = NULL WHERE id = ?').run(id);
  }

  /** `undefined` when there is none, or no longer. */
  find(id: string, now: number): StoredResponse | undefined {
    const json = this.#row(id)?.['response'];
    if (typeof json !== 'string') return undefined;
    const response = JSON.parse(json) as StoredResponse;
    return now - response.createdAt < RETENTION_MS ? response : undefined;
  }

  /** @throws ApiError 404 for an unknown response, 400 for a deleted one. */
  read(id: string, now: number): StoredResponse {
    const response = this.find(id, now);
    if (response !== undefined) return response;
    throw this.#row(id)?.['response'] === null
      ? errors.responseDeleted(id)
      : errors.responseNotFound(id);
  }

  #row(id: string) {
    return this.#store.database.prepare('SELECT response FROM responses WHERE id = ?').get(id);
  }
}
