import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A small JSON value kept in the state directory. A write replaces the file in one step, so that a
 * process that is killed leaves the old value or the new one.
 */
export class StateFile<T> {
  readonly #file: string;

  constructor(directory: string, name: string) {
    this.#file = path.join(directory, name);
    mkdirSync(directory, { recursive: true });
  }

  /** @throws when the file exists but is not JSON. */
  read(): T | undefined {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new Error(`${this.#file} is not JSON; start with --reset to begin anew.`, { cause });
    }
  }

  write(value: T): void {
    const next = `${this.#file}.next`;
    writeFileSync(next, JSON.stringify(value));
    renameSync(next, this.#file);
  }
}
