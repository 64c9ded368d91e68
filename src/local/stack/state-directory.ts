import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const LOCK = 'stack.lock';
const PROCESS_ID = 'stack.pid';

/** The directory of one stack: everything it keeps, and the lock that keeps a second stack out. */
export class StateDirectory {
  readonly path: string;
  readonly #lock: DatabaseSync;

  /**
   * Takes the directory, making it if it is missing. The lock is the system's: it goes with the process, however that ends.
   *
   * @throws Error when another stack has it
   */
  constructor(path: string) {
    this.path = resolve(path);
    mkdirSync(this.path, { recursive: true });
    this.#lock = lock(this.path);
    this.writeJson(PROCESS_ID, process.pid);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** @returns what was written under this name; nothing when there is no such file */
  readJson(name: string): unknown {
    const file = this.file(name);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  }

  /** Replaces the file at once: a reader sees the old or the new content. */
  writeJson(name: string, content: unknown): void {
    const file = this.file(name);
    writeFileSync(`${file}~`, `${JSON.stringify(content, null, 2)}\n`);
    renameSync(`${file}~`, file);
  }

  remove(name: string): void {
    rmSync(this.file(name), { recursive: true, force: true });
  }

  /** Removes all that is kept, but not the lock. */
  clear(): void {
    const own = (name: string) => name.startsWith(LOCK) || name === PROCESS_ID;
    for (const name of readdirSync(this.path)) if (!own(name)) this.remove(name);
  }

  clearLogs(): void {
    this.remove('logs');
    mkdirSync(this.file('logs'));
  }

  release(): void {
    if (this.#lock.isOpen) this.#lock.close();
  }
}

function lock(path: string): DatabaseSync {
  const database = new DatabaseSync(join(path, LOCK));
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch {
    database.close();
    const holder = readFileSync(join(path, PROCESS_ID), 'utf8').trim();
    throw new Error(
      `Another stack (process ${holder}) runs on ${path}. Stop it, or start this one with --state <another directory>.`,
    );
  }
}
