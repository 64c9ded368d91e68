import { ServiceBusClient } from '@azure/service-bus';
import { expect, onTestFinished, test } from 'vitest';
import { startHost, temporaryDirectory } from '../support/start-host.ts';
import { startBroker } from '../support/service-bus.ts';
import { eventually } from '../support/eventually.ts';

const ENTITIES = {
  queues: [{ name: 'jobs', maxDeliveryCount: 2 }],
  topics: [{ name: 'events', subscriptions: [{ name: 'all' }] }],
};

test('messages reach their function one by one or together, and outages end by themselves', async () => {
  const state = temporaryDirectory();
  const broker = await startBroker(state, ENTITIES);
  const settings = { JOBS: 'jobs', Bus: broker.connectionString };
  const { url, lines } = await startHost('service-bus', {}, settings);
  const received = async (): Promise<unknown[]> =>
    (await (await fetch(`${url}/api/received`)).json()) as unknown[];
  const client = new ServiceBusClient(broker.connectionString);
  onTestFinished(() => client.close());
  const sender = client.createSender('jobs');

  await sender.sendMessages({
    body: { item: 'a' },
    messageId: 'first',
    applicationProperties: { colour: 'blue' },
  });
  const first = { function: 'one', deliveryCount: 1, message: { item: 'a' }, messageId: 'first' };
  await eventually(async () =>
    expect(await received()).toEqual([{ ...first, applicationProperties: { colour: 'blue' } }]),
  );

  await sender.sendMessages({ body: { fail: true }, messageId: 'second' });
  const deadLetters = client.createReceiver('jobs', { subQueueType: 'deadLetter' });
  const [dead] = await deadLetters.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
  expect(dead).toMatchObject({ messageId: 'second' });
  expect(await received()).toMatchObject([
    { messageId: 'first' },
    { messageId: 'second', deliveryCount: 1 },
    { messageId: 'second', deliveryCount: 2 },
  ]);

  const events = [{ type: 'a' }, { type: 'b' }];
  await fetch(`${url}/api/announce`, { method: 'POST', body: JSON.stringify(events) });
  await eventually(async () => expect(await batched()).toEqual(events));

  await broker.kill();
  await eventually(() => expect(lines.join('\n')).toMatch(/Function\.(one|many): warning/));
  await startBroker(state, ENTITIES, broker.port);
  await client.createSender('jobs').sendMessages({ body: 'later', messageId: 'third' });
  await eventually(async () =>
    expect(await received()).toContainEqual(expect.objectContaining({ messageId: 'third' })),
  );
  const announced = await fetch(`${url}/api/announce`, {
    method: 'POST',
    body: '[{ "type": "c" }]',
  });
  expect(announced.status).toBe(202);
  await eventually(async () => expect(await batched()).toContainEqual({ type: 'c' }));

  async function batched(): Promise<unknown[]> {
    const batches = (await received()) as { messages?: unknown[] }[];
    return batches.flatMap(({ messages = [] }) => messages);
  }
});
