import { expect, test } from 'vitest';
import { VirtualClock } from '../../../../src/local/functions-host/clock/virtual-clock.ts';
import type { MessageToHost } from '../../../../src/local/functions-host/worker/messages.ts';
import type { WorkerEvents } from '../../../../src/local/functions-host/workers/worker-process.ts';
import { Worker } from '../../../../src/local/functions-host/workers/worker.ts';

const INVOCATION = { functionId: 'nap', inputs: [], triggerMetadata: {} };

/** A worker whose process is played by the test, on virtual time that nothing bounds. */
class PlayedWorker {
  readonly clock = new VirtualClock({ now: 0, until: Infinity, advanced: () => undefined });
  readonly worker: Worker;
  #events: WorkerEvents | undefined;

  constructor() {
    const options = {
      directory: '/app',
      environment: {},
      clock: this.clock,
      virtualTime: true,
      functionTimeout: Infinity,
      longestTurn: 60_000,
      log: () => undefined,
    };
    this.worker = new Worker(options, (_options, events) => {
      this.#events = events;
      return { pid: 1, send: () => undefined, kill: () => undefined };
    });
    this.worker.loaded.catch(() => undefined);
  }

  says(message: MessageToHost): void {
    this.#events?.message(message);
  }

  ends(): void {
    this.#events?.exit('was ended by SIGKILL');
  }

  sleeps(number: number, milliseconds: number): void {
    const sleep = { number, due: this.clock.now() + milliseconds, invocation: 'one' };
    this.says({ type: 'sleep', sleeps: [sleep] });
  }

  /** Lets time pass: it would go on to then unless something held it. */
  async passes(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.clock.at(this.clock.now() + milliseconds, resolve);
    await promise;
  }
}

test('a worker that ends while an invocation sleeps leaves nothing that holds time', async () => {
  const played = new PlayedWorker();
  const invoked = played.worker.invoke(INVOCATION, 'one');
  played.sleeps(1, 1_000);
  played.ends();
  await expect(invoked).rejects.toThrow('was ended by SIGKILL');
  expect(played.clock).toMatchObject({ holds: 0, next: null });
});

test('a worker that ends before what it woke has run on leaves nothing that holds time', async () => {
  const played = new PlayedWorker();
  const invoked = played.worker.invoke(INVOCATION, 'one');
  played.sleeps(1, 1_000);
  await played.passes(1_000);
  expect(played.clock.holds).toBeGreaterThan(0);
  played.ends();
  await expect(invoked).rejects.toThrow('was ended by SIGKILL');
  expect(played.clock.holds).toBe(0);
});

test('a sleep that is heard of after the end of its worker is nobody’s, and time goes on', async () => {
  const played = new PlayedWorker();
  const invoked = played.worker.invoke(INVOCATION, 'one');
  played.ends();
  played.sleeps(1, 1_000);
  await expect(invoked).rejects.toThrow('was ended by SIGKILL');
  await played.passes(2_000);
  expect(played.clock.holds).toBe(0);
});
