import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

  /** @param folder of the program under `src/local`. */
  static async start<Ready>(
    folder: string,
    flags: (state: string) => readonly string[],
  ): Promise<Child<Ready>> {
    const main = fileURLToPath(new URL(`../../dist/src/local/${folder}/main.js`, import.meta.url));
    const state = mkdtempSync(join(tmpdir(), 'longhaul-bench-'));
    const child = fork(main, ['--state', state, '--port', '0', ...flags(state)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [ready] = (await once(child, 'message')) as [Ready];
    return new Child(ready, child, state);
  }

  async stop(): Promise<void> {
    this.#process.disconnect();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
    rmSync(this.#state, { recursive: true, force: true });
  }
}
