import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

/**
 * Bytes that one write puts down whole even when the process is killed meanwhile: Linux looks for a
 * fatal signal only between the pages of a write.
 */
const PAGE = 4_096;

/**
 * A small JSON value kept in the state directory. A process that is killed leaves the old value or
 * the new one.
 */
export class StateFile<T> {
  readonly #file: string;

  constructor(directory: string, name: string) {
    this.#file = path.join(directory, name);
    mkdirSync(directory, { recursive: true });
  }

  /** @throws when the file exists but is not JSON. */
  read(): T | undefined {
    const text = this.#text();
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new Error(`${this.#file} is not JSON; start with --reset to begin anew.`, { cause });
    }
  }

  write(value: T): void {
    const text = JSON.stringify(value);
    if (Buffer.byteLength(text) <= PAGE) this.#overwrite(text);
    else this.#replace(text);
  }

  #text(): string {
    try {
      return readFileSync(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }

  /** In place: virtual time is written at every step, and a renaming takes milliseconds. */
  #overwrite(text: string): void {
    const file = openSync(this.#file, constants.O_CREAT | constants.O_RDWR);
    try {
      const { size } = fstatSync(file);
      if (size > PAGE) this.#replace(text);
      else writeSync(file, text.padEnd(size), 0);
    } finally {
      closeSync(file);
    }
  }

  #replace(text: string): void {
    const next = `${this.#file}.next`;
    writeFileSync(next, text);
    renameSync(next, this.#file);
  }
}
