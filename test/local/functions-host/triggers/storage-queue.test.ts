import { QueueServiceClient } from '@azure/storage-queue';
import { expect, test } from 'vitest';
import { startStorage } from '../support/storage.ts';
import { startHost } from '../support/start-host.ts';
import { eventually } from '../support/eventually.ts';

const QUEUE = 'orders';

test('messages reach their function, come again when it fails, and end in the poison queue', async () => {
  const storage = await startStorage();
  const settings = { ORDERS: QUEUE, AzureWebJobsStorage: storage.connectionString };
  const { url, lines } = await startHost('storage-queue', {}, settings);
  const received = async (): Promise<unknown[]> =>
    (await (await fetch(`${url}/api/received`)).json()) as unknown[];
  const order = (body: unknown): Promise<Response> =>
    fetch(`${url}/api/order`, { method: 'POST', body: JSON.stringify(body) });

  expect((await order([{ item: 'a' }, 'plain'])).status).toBe(202);
  await eventually(async () =>
    expect(await received()).toEqual(
      expect.arrayContaining([
        { message: { item: 'a' }, dequeueCount: 1 },
        { message: 'plain', dequeueCount: 1 },
      ]),
    ),
  );

  await order({ fail: true });
  const poison = QueueServiceClient.fromConnectionString(storage.connectionString).getQueueClient(
    `${QUEUE}-poison`,
  );
  await eventually(async () => {
    const { peekedMessageItems } = await poison.peekMessages();
    const [message] = peekedMessageItems.map(({ messageText }) =>
      Buffer.from(messageText, 'base64').toString(),
    );
    expect(message).toBe('{"fail":true}');
  });
  expect((await received()).slice(-2)).toEqual([
    { message: { fail: true }, dequeueCount: 1 },
    { message: { fail: true }, dequeueCount: 2 },
  ]);

  expect((await fetch(`${url}/api/notes/first`)).status).toBe(404);
  const kept = await fetch(`${url}/api/notes/first`, { method: 'PUT', body: 'remember' });
  expect(kept.status).toBe(201);
  expect(await (await fetch(`${url}/api/notes/first`)).text()).toBe('remember');

  await storage.kill();
  await eventually(() => expect(lines.join('\n')).toContain('cannot be read'));
  await startStorage(storage);
  await order('after the outage');
  await eventually(async () =>
    expect(await received()).toContainEqual({ message: 'after the outage', dequeueCount: 1 }),
  );
});
