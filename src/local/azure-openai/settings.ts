import { z } from 'zod';
import type { Store } from './store.ts';

const seconds = z.number().nonnegative();
const count = z.int().nonnegative();

/** How files and batches are served. */
const settings = z.strictObject({
  /** How long an uploaded file is `pending`. */
  fileProcessingSeconds: seconds,
  /** Larger files are refused. */
  fileBytes: count,
  filesWithoutExpiry: count,
  filesWithExpiry: count,
  /** Null: as many as come. */
  uploadsPerSecond: count.nullable(),
  batchCreateStatus: z.union([z.literal(200), z.literal(201)]),
  /** Whether a batch ends after its 24 hours. */
  batchesExpire: z.boolean(),
  batchRows: count,
  /** `refuse`: create answers 400, as in fail-fast regions. `fail`: the batch becomes failed. */
  tokenLimitAnswer: z.enum(['refuse', 'fail']),
});
export type Settings = z.infer<typeof settings>;

const DEFAULTS: Settings = {
  fileProcessingSeconds: 5,
  // Azure says 200 MB without saying which.
  fileBytes: 200 * 1024 * 1024,
  filesWithoutExpiry: 500,
  filesWithExpiry: 10_000,
  uploadsPerSecond: 30,
  // The specifications say 201, the documentation and the service 200.
  batchCreateStatus: 200,
  // Some documents say that Azure goes on beyond the 24 hours, and yet there is the status.
  batchesExpire: true,
  batchRows: 100_000,
  tokenLimitAnswer: 'refuse',
};

export const settingsChange = settings.partial();
export type SettingsChange = z.infer<typeof settingsChange>;

/** The settings in force, which the control interface may change. */
export class ServiceSettings {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(
      'CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
    );
  }

  read(): Settings {
    const rows = this.#store.database.prepare('SELECT name, value FROM settings').all();
    const changed = rows.map(({ name, value }) => [String(name), JSON.parse(String(value))]);
    return settings.parse({ ...DEFAULTS, ...Object.fromEntries(changed) });
  }

  change(change: SettingsChange): void {
    const insert = this.#store.database.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)');
    for (const [name, value] of Object.entries(change)) insert.run(name, JSON.stringify(value));
  }
}
