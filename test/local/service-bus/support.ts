import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import { onTestFinished } from 'vitest';
import { clock } from '../../../src/clock.ts';
import type { EntitiesConfiguration } from '../../../src/local/service-bus/configuration.ts';
import { startServiceBus } from '../../../src/local/service-bus/service-bus.ts';
import { bundledProgram } from '../../support/bundled-program.ts';
import { hasEnded } from '../../support/has-ended.ts';

/** How long to wait for a state that comes by itself: a busy machine may need it. */
export const PATIENCE = { timeout: 10_000, interval: 10 };

/** Real time, which a test can put forward. */
class ForwardClock {
  #ahead = 0;
  readonly now = (): number => clock().now() + this.#ahead;

  pass(seconds: number): void {
    this.#ahead += seconds * 1000;
  }
}

/** A directory that goes with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'service-bus-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const connectionStrings = new WeakMap<ServiceBusClient, string>();

/** A client that goes with the test, and never tries twice: a test wants to see the first error. */
export function connect(connectionString: string): ServiceBusClient {
  const client = new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries: 0, timeoutInMs: 5000 },
  });
  connectionStrings.set(client, connectionString);
  onTestFinished(() => client.close());
  return client;
}

/** A Service Bus in this process that goes with the test, and a client of it. */
export async function serviceBus(entities: EntitiesConfiguration) {
  const time = new ForwardClock();
  const log: string[] = [];
  const bus = await startServiceBus({
    port: 0,
    statePath: temporaryDirectory(),
    entities,
    clock: time,
    log: (line) => log.push(line),
  });
  onTestFinished(() => bus.stop());
  return { client: connect(bus.connectionString), time, log };
}

/** A Service Bus in this process with one queue, `jobs`, and both ends of it. */
export async function queue(options: Record<string, unknown> = {}) {
  const { client, time } = await serviceBus({ queues: [{ name: 'jobs', ...options }] });
  return {
    client,
    time,
    sender: client.createSender('jobs'),
    receiver: client.createReceiver('jobs', { maxAutoLockRenewalDurationInMs: 0 }),
    deadLetters: client.createReceiver('jobs', { subQueueType: 'deadLetter' }),
  };
}

/** The next message; fails when none comes. */
export async function receiveOne(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: PATIENCE.timeout });
  if (message === undefined) throw new Error(`Nothing came from ${receiver.entityPath}.`);
  return message;
}

/** The bodies of all messages in a queue or a subscription, in whatever state; locks none. */
export async function peekBodies(
  client: ServiceBusClient,
  queueOrTopic: string,
  subscription?: string,
): Promise<unknown[]> {
  // All receivers of a client go on where the last peek ended, so each peek takes a client.
  const fresh = new ServiceBusClient(connectionStrings.get(client) ?? '');
  const receiver =
    subscription === undefined
      ? fresh.createReceiver(queueOrTopic)
      : fresh.createReceiver(queueOrTopic, subscription);
  const messages = await receiver.peekMessages(250);
  await fresh.close();
  return messages.map(({ body }) => body as unknown);
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('The promise was expected to be rejected, and is fulfilled.');
}

/** A Service Bus as a process of its own. */
export interface ServiceBusProcess {
  child: ChildProcess;
  connectionString: string;
  port: number;
  /** Ends it as a power switch would. */
  kill(): Promise<void>;
}

/** Starts the command line and waits for its `ready`. @throws Error with its stderr when it ends. */
export async function spawnServiceBus(
  directory: string,
  entities: EntitiesConfiguration,
  ...options: string[]
): Promise<ServiceBusProcess> {
  const file = join(directory, 'entities.json');
  writeFileSync(file, JSON.stringify(entities));
  const state = ['--state', directory, '--entities', file];
  const child = fork(bundledProgram('service-bus'), ['--port', '0', ...state, ...options], {
    stdio: 'pipe',
  });
  let complaints = '';
  child.stderr?.on('data', (text: Buffer) => (complaints += text.toString()));
  const ready = once(child, 'message').then(([message]) => message as ReadyMessage);
  const ended = once(child, 'close').then(() => Promise.reject(new Error(complaints)));
  const { port, connectionString } = await Promise.race([ready, ended]);
  ended.catch(() => {}); // how it ends later is for the test to say
  return { child, port, connectionString, kill: () => kill(child) };
}

interface ReadyMessage {
  type: 'ready';
  port: number;
  connectionString: string;
}

async function kill(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
