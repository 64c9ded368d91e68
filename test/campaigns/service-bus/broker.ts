import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledProgram } from '../../support/bundled-program.ts';

/** A Service Bus that is killed again and again, on the same directory. */
export class Broker {
  readonly #directory = mkdtempSync(join(tmpdir(), 'longhaul-broker-'));
  readonly #entities: object;
  #process: ChildProcess | undefined;

  constructor(entities: object) {
    this.#entities = entities;
  }

  /** @returns its connection string. */
  async start(): Promise<string> {
    const entities = join(this.#directory, 'entities.json');
    writeFileSync(entities, JSON.stringify(this.#entities));
    const flags = ['--port', '0', '--state', this.#directory, '--entities', entities];
    this.#process = fork(bundledProgram('service-bus'), flags, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const [ready] = (await once(this.#process, 'message')) as [{ connectionString: string }];
    return ready.connectionString;
  }

  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL');
    if (this.#process) await once(this.#process, 'exit');
    this.#process = undefined;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
