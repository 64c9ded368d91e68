import { fork, type ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';
import type { ListedFunction } from '../../../../src/local/functions-host/listing.ts';
import { bundledProgram } from '../../../support/bundled-program.ts';
import { appDirectory } from './start-host.ts';

export interface SpawnedHost {
  child: ChildProcess;
  url: string;
  functions: ListedFunction[];
  /** What it has written so far. */
  output(): string;
  /** Resolves when the process has ended, with its exit code, `null` after a signal. */
  exited: Promise<number | null>;
}

/** Starts the host as a program, as its supervisor would. */
export async function spawnHost(
  app: string,
  state: string,
  ...flags: string[]
): Promise<SpawnedHost> {
  const child = fork(
    bundledProgram('functions-host'),
    [appDirectory(app), '--port', '0', '--workers', '1', '--state', state, ...flags],
    { silent: true, env: { ...process.env, AT_START: '0 0 0 1 1 *' } },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const ready = await new Promise<{ url: string; functions: ListedFunction[] }>(
    (resolve, reject) => {
      child.once('message', (message) => resolve(message as never));
      child.once('exit', () => reject(new Error(`The host ended: ${output}`)));
    },
  );
  return { ...ready, child, exited, output: () => output };
}
