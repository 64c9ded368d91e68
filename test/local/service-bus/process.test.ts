import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntitiesConfiguration } from '../../../src/local/service-bus/configuration.ts';
import { runServiceBusCampaign } from '../../campaigns/service-bus.ts';
import { hasEnded } from '../../support/has-ended.ts';
import {
  PATIENCE,
  connect,
  peekBodies,
  receiveOne,
  rejection,
  spawnServiceBus,
  temporaryDirectory,
  type ServiceBusProcess,
} from './support.ts';

const detecting = { maxDeliveryCount: 3, duplicateDetectionWindowSeconds: 60 };

/** Each test has a queue of its own, so that one process after another serves all of them. */
const ENTITIES: EntitiesConfiguration = {
  queues: ['settled', 'locked', 'numbered', 'repeated', 'reset', 'SIGINT', 'SIGTERM'].map(
    (name) => ({ name, ...detecting }),
  ),
  topics: [{ name: 'job-events', subscriptions: [{ name: 'all' }] }],
};

let directory: string;
let running: ServiceBusProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'service-bus-'));
  await start();
});

beforeEach(async () => {
  if (hasEnded(running.child)) await start();
});

afterAll(async () => {
  await running.kill();
  rmSync(directory, { recursive: true });
});

/** On the state of the one that has ended, if there was one. */
async function start(...options: string[]): Promise<void> {
  running = await spawnServiceBus(directory, ENTITIES, ...options);
}

/** A client of the one that runs now. */
function connected(): ServiceBusClient {
  return connect(running.connectionString);
}

/** Lets something happen in the Service Bus, kills it, and starts it again on the same state. */
async function overKill(before: (client: ServiceBusClient) => Promise<void>) {
  await before(connected());
  await running.kill();
  await start();
  return connected();
}

describe('kill -9', () => {
  it('loses no message whose sending was confirmed, nor any state of it', async () => {
    const due = new Date(Math.round(performance.timeOrigin + performance.now() + 60_000));
    const client = await overKill(async (client) => {
      const sender = client.createSender('settled');
      const receiver = client.createReceiver('settled');
      const bodies = ['completed', 'deferred', 'dead', 'abandoned', 'locked', 'untouched'];
      await sender.sendMessages(bodies.map((body) => ({ body, messageId: body })));
      await sender.scheduleMessages({ body: 'scheduled' }, due);
      await receiver.completeMessage(await receiveOne(receiver));
      await receiver.deferMessage(await receiveOne(receiver));
      await receiver.deadLetterMessage(await receiveOne(receiver), {
        deadLetterReason: 'why',
        deadLetterErrorDescription: 'because',
      });
      await receiver.abandonMessage(await receiveOne(receiver), { note: 'kept' });
      await receiveOne(receiver); // the abandoned one again
      await receiveOne(receiver);
    });
    const seen = await client.createReceiver('settled').peekMessages(10);
    expect(seen.map(({ body, state, deliveryCount }) => [body, state, deliveryCount])).toEqual([
      ['deferred', 'deferred', 0],
      ['abandoned', 'active', 2],
      ['locked', 'active', 1],
      ['untouched', 'active', 0],
      ['scheduled', 'scheduled', 0],
    ]);
    expect(seen[1]?.applicationProperties).toEqual({ note: 'kept' });
    const deadLetters = client.createReceiver('settled', { subQueueType: 'deadLetter' });
    expect(await receiveOne(deadLetters)).toMatchObject({ body: 'dead', deadLetterReason: 'why' });
  });

  it('makes locked messages available at once, and keeps their sequence numbers', async () => {
    const client = await overKill(async (client) => {
      await client.createSender('locked').sendMessages([{ body: 'first' }, { body: 'second' }]);
      const receiver = client.createReceiver('locked');
      await receiver.receiveMessages(2, { maxWaitTimeInMs: PATIENCE.timeout });
    });
    await client.createSender('locked').sendMessages({ body: 'third' });
    const receiver = client.createReceiver('locked');
    const messages = await receiver.receiveMessages(3, { maxWaitTimeInMs: PATIENCE.timeout });
    expect(
      messages.map(({ body, sequenceNumber }) => [body, Number(sequenceNumber)] as unknown[]),
    ).toEqual([
      ['first', 1],
      ['second', 2],
      ['third', 3],
    ]);
  });

  it('never uses a sequence number again', async () => {
    const client = await overKill(async (client) => {
      await client.createSender('numbered').sendMessages({ body: 'deleted' });
      await receiveOne(client.createReceiver('numbered', { receiveMode: 'receiveAndDelete' }));
    });
    await client.createSender('numbered').sendMessages({ body: 'next' });
    expect(Number((await receiveOne(client.createReceiver('numbered'))).sequenceNumber)).toBe(2);
  });

  it('does not lift duplicate detection', async () => {
    const client = await overKill(async (client) => {
      await client.createSender('repeated').sendMessages({ body: 'first', messageId: 'same' });
    });
    await client.createSender('repeated').sendMessages({ body: 'repeated', messageId: 'same' });
    expect(await peekBodies(client, 'repeated')).toEqual(['first']);
  });

  it('in the midst of 1,000 messages loses none and repeats none that was settled', async () => {
    const { violations, kills, deliveries } = await runServiceBusCampaign(1, 1_000);
    expect(violations).toEqual([]);
    expect(kills).toBeGreaterThan(2);
    expect(deliveries).toBeGreaterThan(1_000);
  });
});

describe('the process', () => {
  it('refuses a state directory that another process owns', async () => {
    const refused = await rejection(spawnServiceBus(directory, ENTITIES));
    expect(refused.message).toContain('is in use by another process');
  });

  it('starts empty with --reset', async () => {
    await connected().createSender('reset').sendMessages({ body: 'old' });
    await running.kill();
    await start('--reset');
    expect(await peekBodies(connected(), 'reset')).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with everything kept on %s', async (signal) => {
    const { child } = running;
    await connected().createSender(signal).sendMessages({ body: 'kept' });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(join(directory, 'service-bus.sqlite-wal'))).toBe(false);
    await start();
    expect(await peekBodies(connected(), signal)).toEqual(['kept']);
  });

  it.each([
    [['--port', 'x'], '--port x is not a port'],
    [['--colour', 'red'], 'Unknown option'],
  ])('says what is wrong with %j', async (options, complaint) => {
    const refused = await rejection(spawnServiceBus(temporaryDirectory(), ENTITIES, ...options));
    expect(refused.message).toContain(complaint);
    expect(refused.message).toContain('Usage:');
  });

  it('ends with the process that started it', async () => {
    running.child.disconnect();
    expect(await once(running.child, 'exit')).toEqual([0, null]);
  });
});
