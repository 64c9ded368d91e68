import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceBusClient } from '@azure/service-bus';
import { describe, expect, it } from 'vitest';
import type { EntitiesConfiguration } from '../../../src/local/service-bus/configuration.ts';
import { runServiceBusCampaign } from '../../campaigns/service-bus.ts';
import {
  PATIENCE,
  connect,
  peekBodies,
  receiveOne,
  rejection,
  spawnServiceBus,
  temporaryDirectory,
} from './support.ts';

const ENTITIES: EntitiesConfiguration = {
  queues: [{ name: 'jobs', maxDeliveryCount: 3, duplicateDetectionWindowSeconds: 60 }],
  topics: [{ name: 'job-events', subscriptions: [{ name: 'all' }] }],
};

/** Starts a Service Bus, lets something happen, kills it, and starts it again on the same state. */
async function overKill(before: (client: ServiceBusClient) => Promise<void>) {
  const directory = temporaryDirectory();
  const first = await spawnServiceBus(directory, ENTITIES);
  await before(connect(first.connectionString));
  await first.kill();
  const second = await spawnServiceBus(directory, ENTITIES);
  return connect(second.connectionString);
}

describe('kill -9', () => {
  it('loses no message whose sending was confirmed, nor any state of it', async () => {
    const due = new Date(Math.round(performance.timeOrigin + performance.now() + 60_000));
    const client = await overKill(async (client) => {
      const sender = client.createSender('jobs');
      const receiver = client.createReceiver('jobs');
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
    const seen = await client.createReceiver('jobs').peekMessages(10);
    expect(seen.map(({ body, state, deliveryCount }) => [body, state, deliveryCount])).toEqual([
      ['deferred', 'deferred', 0],
      ['abandoned', 'active', 2],
      ['locked', 'active', 1],
      ['untouched', 'active', 0],
      ['scheduled', 'scheduled', 0],
    ]);
    expect(seen[1]?.applicationProperties).toEqual({ note: 'kept' });
    const deadLetters = client.createReceiver('jobs', { subQueueType: 'deadLetter' });
    expect(await receiveOne(deadLetters)).toMatchObject({ body: 'dead', deadLetterReason: 'why' });
  });

  it('makes locked messages available at once, and keeps their sequence numbers', async () => {
    const client = await overKill(async (client) => {
      await client.createSender('jobs').sendMessages([{ body: 'first' }, { body: 'second' }]);
      const receiver = client.createReceiver('jobs');
      await receiver.receiveMessages(2, { maxWaitTimeInMs: PATIENCE.timeout });
    });
    await client.createSender('jobs').sendMessages({ body: 'third' });
    const receiver = client.createReceiver('jobs');
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
      await client.createSender('jobs').sendMessages({ body: 'deleted' });
      await receiveOne(client.createReceiver('jobs', { receiveMode: 'receiveAndDelete' }));
    });
    await client.createSender('jobs').sendMessages({ body: 'next' });
    expect(Number((await receiveOne(client.createReceiver('jobs'))).sequenceNumber)).toBe(2);
  });

  it('does not lift duplicate detection', async () => {
    const client = await overKill(async (client) => {
      await client.createSender('jobs').sendMessages({ body: 'first', messageId: 'same' });
    });
    await client.createSender('jobs').sendMessages({ body: 'repeated', messageId: 'same' });
    expect(await peekBodies(client, 'jobs')).toEqual(['first']);
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
    const directory = temporaryDirectory();
    await spawnServiceBus(directory, ENTITIES);
    const refused = await rejection(spawnServiceBus(directory, ENTITIES));
    expect(refused.message).toContain('is in use by another process');
  });

  it('starts empty with --reset', async () => {
    const directory = temporaryDirectory();
    const first = await spawnServiceBus(directory, ENTITIES);
    await connect(first.connectionString).createSender('jobs').sendMessages({ body: 'old' });
    await first.kill();
    const second = await spawnServiceBus(directory, ENTITIES, '--reset');
    expect(await peekBodies(connect(second.connectionString), 'jobs')).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with everything kept on %s', async (signal) => {
    const directory = temporaryDirectory();
    const { child, connectionString } = await spawnServiceBus(directory, ENTITIES);
    await connect(connectionString).createSender('jobs').sendMessages({ body: 'kept' });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(join(directory, 'service-bus.sqlite-wal'))).toBe(false);
    const again = await spawnServiceBus(directory, ENTITIES);
    expect(await peekBodies(connect(again.connectionString), 'jobs')).toEqual(['kept']);
  });

  it('ends with the process that started it', async () => {
    const { child } = await spawnServiceBus(temporaryDirectory(), ENTITIES);
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([
    [['--port', 'x'], '--port x is not a port'],
    [['--colour', 'red'], 'Unknown option'],
  ])('says what is wrong with %j', async (options, complaint) => {
    const refused = await rejection(spawnServiceBus(temporaryDirectory(), ENTITIES, ...options));
    expect(refused.message).toContain(complaint);
    expect(refused.message).toContain('Usage:');
  });
});
