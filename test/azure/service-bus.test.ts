import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusReceivedMessage,
} from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { returnDeadLetters, returnedMessage } from '../../src/azure/dead-letters.ts';
import { ServiceBusEventPublisher } from '../../src/azure/event-publisher.ts';
import { ServiceBusConnector } from '../../src/azure/service-bus-client.ts';
import { jobEvent } from '../../src/jobs/events.ts';
import { startServiceBus, type ServiceBus } from '../../src/local/service-bus/service-bus.ts';

let statePath: string;
let broker: ServiceBus;
let client: ServiceBusClient;
let connector: ServiceBusConnector;

const noCredential = (): never => {
  throw new Error('with a connection string no identity is needed');
};

function start(port: number): Promise<ServiceBus> {
  return startServiceBus({
    port,
    statePath,
    entities: {
      queues: [{ name: 'jobs', maxDeliveryCount: 1 }],
      topics: [{ name: 'job-events', subscriptions: [{ name: 'all' }] }],
    },
  });
}

beforeEach(async () => {
  statePath = mkdtempSync(join(tmpdir(), 'service-bus-'));
  broker = await start(0);
  client = new ServiceBusClient(broker.connectionString);
  connector = new ServiceBusConnector({ connectionString: broker.connectionString }, noCredential);
});

afterEach(async () => {
  await connector.close();
  await client.close();
  await broker.stop();
  rmSync(statePath, { recursive: true });
});

async function received(count: number): Promise<ServiceBusReceivedMessage[]> {
  const fresh = new ServiceBusClient(broker.connectionString);
  const receiver = fresh.createReceiver('job-events', 'all', {
    receiveMode: 'receiveAndDelete',
    skipParsingBodyAsJson: true,
  });
  const messages: ServiceBusReceivedMessage[] = [];
  while (messages.length < count) {
    messages.push(...(await receiver.receiveMessages(count - messages.length)));
  }
  await fresh.close();
  return messages;
}

const event = (sequence: number) =>
  jobEvent({
    subject: 'job-1',
    step: 'succeeded',
    sequence,
    time: '2026-01-01T00:00:00.000Z',
    data: { note: 'Grüße' },
  });

const properties = {
  type: 'longhaul.job.succeeded',
  kind: 'response' as const,
  status: 'succeeded' as const,
  labels: { team: 'research', 'cost-center': '7' },
};

describe('an event', () => {
  test('arrives as a CloudEvent with what filters look at', async () => {
    const publisher = new ServiceBusEventPublisher(connector, 'job-events');
    await publisher.publish([{ event: event(1), properties }]);
    const [message] = await received(1);
    expect(message).toMatchObject({
      messageId: 'job-1.1.succeeded',
      subject: 'longhaul.job.succeeded',
      correlationId: 'job-1',
      contentType: 'application/cloudevents+json; charset=utf-8',
      applicationProperties: {
        type: 'longhaul.job.succeeded',
        kind: 'response',
        status: 'succeeded',
        label_team: 'research',
        'label_cost-center': '7',
      },
    });
    expect(JSON.parse(String(message?.body))).toEqual(event(1));
  });

  test('is the same bytes when it is sent again, and events keep their order', async () => {
    const publisher = new ServiceBusEventPublisher(connector, 'job-events');
    const both = [1, 2].map((sequence) => ({ event: event(sequence), properties }));
    await publisher.publish(both);
    await publisher.publish(both);
    const messages = await received(4);
    expect(messages.map(({ messageId }) => messageId)).toEqual([
      'job-1.1.succeeded',
      'job-1.2.succeeded',
      'job-1.1.succeeded',
      'job-1.2.succeeded',
    ]);
    expect(messages[0]?.body).toEqual(messages[2]?.body);
  });

  test('fails fast while the broker is away, and is sent when it is back', async () => {
    const publisher = new ServiceBusEventPublisher(connector, 'job-events', 500);
    await publisher.publish([{ event: event(1), properties }]);
    await broker.stop();
    await expect(publisher.publish([{ event: event(2), properties }])).rejects.toThrow(
      'The event job-1.2.succeeded could not be sent to the topic job-events; send it again later.',
    );
    broker = await start(broker.port);
    // The broker is left alone for a moment after it was tried in vain.
    await vi.waitFor(() => publisher.publish([{ event: event(2), properties }]));
    expect((await received(2)).map(({ messageId }) => messageId)).toEqual([
      'job-1.1.succeeded',
      'job-1.2.succeeded',
    ]);
  });
});

describe('a connection', () => {
  test('is not tried by everybody while the broker is away', async () => {
    await broker.stop();
    const failures = Array.from({ length: 20 }, (_, index) =>
      new ServiceBusEventPublisher(connector, 'job-events', 500).publish([
        { event: event(index), properties },
      ]),
    );
    await Promise.allSettled(failures);
    const late = new ServiceBusEventPublisher(connector, 'job-events', 500);
    await expect(late.publish([{ event: event(1), properties }])).rejects.toMatchObject({
      cause: { message: 'Service Bus was not there a moment ago' },
    });
    broker = await start(broker.port);
  });

  test('that was lost while nothing was sent is made again', async () => {
    const publisher = new ServiceBusEventPublisher(connector, 'job-events', 1_000);
    await publisher.publish([{ event: event(1), properties }]);
    await broker.stop();
    broker = await start(broker.port);
    await publisher.publish([{ event: event(2), properties }]);
    expect(await received(2)).toHaveLength(2);
  });
});

describe('a broker that does not answer', () => {
  test('is given up when the time is over', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const connectionString = broker.connectionString.replace(`:${broker.port}`, `:${port}`);
    const silent = new ServiceBusConnector({ connectionString }, noCredential);
    const sending = silent.run(
      (abortSignal) => silent.sender('job-events').sendMessages({ body: 1 }, { abortSignal }),
      200,
    );
    await expect(sending).rejects.toThrow(/did not answer within 0.2 seconds|abort/);
    mute.close();
  });
});

describe('dead letters', () => {
  async function deadLetter(message: ServiceBusMessage): Promise<void> {
    await client.createSender('jobs').sendMessages(message);
    const receiver = client.createReceiver('jobs');
    const [taken] = await receiver.receiveMessages(1);
    if (taken === undefined) throw new Error('the message did not arrive');
    await receiver.deadLetterMessage(taken, {
      deadLetterReason: 'gave up',
      deadLetterErrorDescription: 'after many tries',
    });
    await receiver.close();
  }

  async function returned(count: number): Promise<ServiceBusReceivedMessage[]> {
    const receiver = client.createReceiver('jobs', { skipParsingBodyAsJson: true });
    const messages = await receiver.receiveMessages(count);
    for (const message of messages) await receiver.completeMessage(message);
    return messages;
  }

  test('come back with their identity, body and properties', async () => {
    const body = Buffer.from('{"kind" : "response"}');
    await deadLetter({
      messageId: 'm1',
      body,
      contentType: 'application/json',
      applicationProperties: { tenant: 'a' },
    });
    expect(await returnDeadLetters(connector, 'jobs')).toBe(1);
    expect(await returned(1)).toEqual([
      expect.objectContaining({
        messageId: 'm1',
        body,
        contentType: 'application/json',
        applicationProperties: { tenant: 'a' },
      }),
    ]);
    expect(await returnDeadLetters(connector, 'jobs'), 'the queue is empty now').toBe(0);
  });

  test('without an identity get one that stays', async () => {
    await deadLetter({ body: 'x' });
    const [message] = await client
      .createReceiver('jobs', { subQueueType: 'deadLetter' })
      .peekMessages(1);
    if (message === undefined) throw new Error('there is no dead letter');
    // Brokers may give an identity of their own, as the local one does.
    const { messageId: _, ...nameless } = message;
    expect(returnedMessage(nameless).messageId).toBe(
      `dead-letter-${message.sequenceNumber?.toString()}`,
    );
  });

  test('stay where they are while the broker is away', async () => {
    await broker.stop();
    await expect(returnDeadLetters(connector, 'jobs')).rejects.toThrow(/\S/);
    broker = await start(broker.port);
    expect(await returnDeadLetters(connector, 'jobs')).toBe(0);
  });
});
