import { z } from 'zod';
import type { Store } from './store.ts';

const seconds = z.number().nonnegative();
const count = z.int().nonnegative();

/** How files and batches are served; what is not said has a default. */
export const settingsSchema = z.strictObject({
  /** How long an uploaded file is `pending`. */
  fileProcessingSeconds: seconds.default(5),
  /** Larger files are refused. Azure says 200 MB without saying which. */
  fileBytes: count.default(200 * 1024 * 1024),
  filesWithoutExpiry: count.default(500),
  filesWithExpiry: count.default(10_000),
  /** Null: as many as come. */
  uploadsPerSecond: count.nullable().default(30),
  /** The specifications say 201, the documentation and the service 200. */
  batchCreateStatus: z.union([z.literal(200), z.literal(201)]).default(200),
  /** Whether a batch ends after its 24 hours; documents disagree. */
  batchesExpire: z.boolean().default(true),
  batchRows: count.default(100_000),
  /** `refuse`: create answers 400, as in fail-fast regions. `fail`: the batch becomes failed. */
  tokenLimitAnswer: z.enum(['refuse', 'fail']).default('refuse'),
});
export type Settings = z.infer<typeof settingsSchema>;

export const settingsChange = settingsSchema.partial();
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
    return settingsSchema.parse(Object.fromEntries(changed));
  }

  change(settings: SettingsChange): void {
    const insert = this.#store.database.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)');
    for (const [name, value] of Object.entries(settings)) insert.run(name, JSON.stringify(value));
  }
}
