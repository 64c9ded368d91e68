import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { bundledProgram } from '../../support/bundled-program.ts';
import { hasEnded } from '../../support/has-ended.ts';

/** The storage of the local stack as its own process, so that a test can kill it. */
export class StorageProcess {
  readonly connectionString: string;
  readonly #process: ChildProcess;

  private constructor(connectionString: string, process: ChildProcess) {
    this.connectionString = connectionString;
    this.#process = process;
  }

  /** @param state its directory; @param previous starts on the ports of an earlier process */
  static async start(state: string, previous?: StorageProcess): Promise<StorageProcess> {
    const ports = previous === undefined ? [] : portArguments(previous.connectionString);
    const process = fork(bundledProgram('storage'), ['--state', state, ...ports]);
    const [ready] = (await once(process, 'message')) as [{ connectionString: string }];
    return new StorageProcess(ready.connectionString, process);
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exited();
  }

  /** Closes the channel, as the end of the parent would. */
  disconnect(): void {
    this.#process.disconnect();
  }

  get hasExited(): boolean {
    return hasEnded(this.#process);
  }

  async exited(): Promise<void> {
    if (!this.hasExited) await once(this.#process, 'exit');
  }
}

function portArguments(connectionString: string): string[] {
  return ['blob', 'queue', 'table'].flatMap((service) => {
    const endpoint = new RegExp(`${service}Endpoint=http://127.0.0.1:(\\d+)/`, 'i');
    return [`--${service}-port`, endpoint.exec(connectionString)?.[1] ?? '0'];
  });
}
