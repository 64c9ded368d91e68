import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledProgram, type ProgramFolder } from '../../test/support/bundled-program.ts';

/** A compiled program of the local stack, with a state directory of its own. */
export class Child<Ready> {
  readonly ready: Ready;
  readonly #process: ChildProcess;
  readonly #state: string;

  private constructor(ready: Ready, process: ChildProcess, state: string) {
    this.ready = ready;
    this.#process = process;
    this.#state = state;
  }

  /**
   * @param folder of the program under `src/local`.
   * @param state what an earlier run left; a new directory by default.
   */
  static async start<Ready>(
    folder: ProgramFolder,
    flags: (state: string) => readonly string[],
    state = mkdtempSync(join(tmpdir(), 'longhaul-bench-')),
  ): Promise<Child<Ready>> {
    const child = fork(bundledProgram(folder), ['--state', state, ...flags(state)], {
      // Deprecations are those of bundled dependencies.
      execArgv: ['--disable-warning=ExperimentalWarning', '--no-deprecation'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [ready] = (await once(child, 'message')) as [Ready];
    return new Child(ready, child, state);
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  async stop(): Promise<void> {
    await this.leave();
    rmSync(this.#state, { recursive: true, force: true });
  }

  /** Stops it and leaves its state for another run. @returns the state directory. */
  async leave(): Promise<string> {
    this.#process.disconnect();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
    return this.#state;
  }
}
