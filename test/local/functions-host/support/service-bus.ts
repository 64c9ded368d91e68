import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { bundledProgram } from '../../../support/bundled-program.ts';

export interface Broker {
  port: number;
  connectionString: string;
  /** Ends it at once; what it has acknowledged stays in its state directory. */
  kill(): Promise<void>;
}

/** Starts the local Service Bus. @param state its directory, which also takes the entities' file. */
export async function startBroker(state: string, entities: object, port = 0): Promise<Broker> {
  const file = path.join(state, 'entities.json');
  writeFileSync(file, JSON.stringify(entities));
  const child = fork(
    bundledProgram('service-bus'),
    ['--state', state, '--entities', file, '--port', String(port)],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const ready = await new Promise<{ port: number; connectionString: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as never));
    child.once('exit', (code) => reject(new Error(`The broker exited with code ${code}.`)));
  });
  return { ...ready, kill };
}
