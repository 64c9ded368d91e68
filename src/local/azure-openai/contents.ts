import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What files contain, each in a file of its own beside the database. A row of the database says
 * which exist; what lies here without one was left by a process that was killed.
 */
export class Contents {
  readonly #directory: string;
  readonly #temporary: boolean;

  /** @param directory where the state lives; without one it is gone when this is closed. */
  constructor(directory?: string) {
    this.#temporary = directory === undefined;
    this.#directory =
      directory === undefined
        ? mkdtempSync(join(tmpdir(), 'azure-openai-files-'))
        : join(directory, 'files');
    rmSync(this.#spool, { recursive: true, force: true });
    mkdirSync(this.#spool, { recursive: true });
  }

  /** A path where something may be written before it is known whether it will be kept. */
  spoolPath(): string {
    return join(this.#spool, randomUUID());
  }

  pathOf(id: string): string {
    return join(this.#directory, id);
  }

  /** Moves what was written at a spool path to where the content of `id` belongs. */
  keep(spoolPath: string, id: string): void {
    renameSync(spoolPath, this.pathOf(id));
  }

  remove(id: string): void {
    rmSync(this.pathOf(id), { force: true });
  }

  /** Removes everything but the content of those `ids`. */
  removeAllBut(ids: ReadonlySet<string>): void {
    for (const entry of readdirSync(this.#directory, { withFileTypes: true })) {
      if (entry.isFile() && !ids.has(entry.name)) this.remove(entry.name);
    }
  }

  close(): void {
    if (this.#temporary) rmSync(this.#directory, { recursive: true, force: true });
  }

  get #spool(): string {
    return join(this.#directory, 'incoming');
  }
}
