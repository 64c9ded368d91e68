import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { START, type Outcome } from './life.ts';
import type { Scenario } from './scenarios.ts';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

/** What a child tells of its life. */
export type Message =
  | { type: 'advanced'; now: number }
  | { type: 'invoked' }
  | { type: 'ended'; outcome: Outcome };

/**
 * Runs scenarios in a process of their own, kills it (SIGKILL) after some invocations, and runs them
 * to their end in another.
 * @returns what is left.
 */
export async function killAndRestart(
  statePath: string,
  scenarios: readonly Scenario[],
  invocations: number,
): Promise<Outcome> {
  let now = START;
  let left = invocations;
  const first = live(statePath, scenarios, now);
  first.on('message', (message: Message) => {
    if (message.type === 'advanced') now = message.now;
    else if (message.type === 'ended' || --left === 0) first.kill('SIGKILL');
  });
  await once(first, 'exit');
  return endOf(live(statePath, scenarios, now));
}

function live(statePath: string, scenarios: readonly Scenario[], now: number): ChildProcess {
  return fork(CHILD, [statePath, String(now), ...scenarios], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
}

async function endOf(child: ChildProcess): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  child.on('message', (message: Message) => {
    if (message.type === 'ended') resolve(message.outcome);
  });
  child.once('exit', (code) => reject(new Error(`The process ended early, with code ${code}.`)));
  return promise;
}
