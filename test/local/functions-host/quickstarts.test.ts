import path from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { QueueServiceClient } from '@azure/storage-queue';
import { expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { endOf } from './support/orchestration.ts';
import { startBroker } from './support/service-bus.ts';
import { startHost, temporaryDirectory, type RunningHost } from './support/start-host.ts';
import { startStorage } from './support/storage.ts';

const ENTITIES = {
  queues: [{ name: 'questions' }, { name: 'replies' }],
  topics: [{ name: 'news', subscriptions: [{ name: 'readers' }] }],
};

test('the quickstarts of Functions run in TypeScript, on storage and Service Bus of this machine', async () => {
  const [storage, broker] = await Promise.all([
    startStorage(),
    startBroker(temporaryDirectory(), ENTITIES),
  ]);
  const host = await startHost(
    path.resolve(import.meta.dirname, 'samples/functions-ts'),
    {},
    {
      AzureWebJobsStorage: storage.connectionString,
      ServiceBusConnection: broker.connectionString,
    },
  );
  await checkHttp(host);
  await checkHooks(host);
  await checkTimer(host);
  await checkStorage(host, storage.connectionString);
  await checkServiceBus(host, broker.connectionString);
  await checkDurable(host);
});

async function checkHttp({ url }: RunningHost): Promise<void> {
  const greeting = await fetch(`${url}/api/httpGreeting?name=Ann`);
  expect(await greeting.text()).toBe('Hello, Ann!');
  const posted = await fetch(`${url}/api/httpGreeting`, { method: 'POST', body: 'Ben' });
  expect(await posted.text()).toBe('Hello, Ben!');

  expect(await getJson(`${url}/api/products/books/7`)).toEqual({ category: 'books', id: '7' });
  expect(await getJson(`${url}/api/products/books`)).toEqual({ category: 'books' });
  expect((await fetch(`${url}/api/products/books/x`)).status).toBe(404);

  const form = new FormData();
  form.set('colour', 'blue');
  const filled = await fetch(`${url}/api/form`, { method: 'POST', body: form });
  expect([filled.status, await filled.json()]).toEqual([201, { colour: 'blue' }]);

  const cookies = await fetch(`${url}/api/cookies`, { headers: { cookie: 'a=1; b=2' } });
  expect([cookies.status, await cookies.text()]).toEqual([418, 'a=1; b=2']);
  expect(Object.fromEntries(cookies.headers)).toMatchObject({
    'set-cookie': 'mine=a%20b; Max-Age=60; Path=/; SameSite=Lax',
    'x-sample': 'teapot',
  });
  expect(await getJson(`${url}/api/generic`)).toMatchObject({ name: 'generic' });
}

async function checkHooks({ url, lines }: RunningHost): Promise<void> {
  expect(await getJson(`${url}/api/hooked`)).toEqual({
    handler: { body: 'by the handler' },
    started: 'by the hook',
  });
  expect(await (await fetch(`${url}/api/saved`)).text()).toBe('the failure, begun by the hook');
  const own = lines.filter((line) => line.includes('Function.httpGreeting.User'));
  const first = own.slice(0, 6).map((line) => line.replace(/^.*?User: /, ''));
  expect(first).toEqual([
    `Http function processed request for url "${url}/api/httpGreeting?name=Ann"`,
    'trace: trace',
    'debug: debug',
    'info',
    'warning: (withheld)',
    'error: error',
  ]);
}

async function checkTimer({ url }: RunningHost): Promise<void> {
  await eventually(async () =>
    expect(await getJson(`${url}/api/ticks`)).toEqual([{ isPastDue: false, retries: 2 }]),
  );
}

async function checkStorage({ url }: RunningHost, connectionString: string): Promise<void> {
  const enqueued = await fetch(`${url}/api/enqueue`, { method: 'POST', body: 'item' });
  expect(enqueued.status).toBe(202);
  await eventually(async () =>
    expect(await getJson(`${url}/api/items`)).toEqual(
      expect.arrayContaining([
        { item: 'item', dequeueCount: 1 },
        { item: { text: 'item' }, dequeueCount: 1 },
      ]),
    ),
  );

  const blobs = `${url}/api/blobs`;
  const content = Uint8Array.from([0, 255, 1, 254]);
  expect((await fetch(`${blobs}/original`, { method: 'PUT', body: content })).status).toBe(201);
  const queue =
    QueueServiceClient.fromConnectionString(connectionString).getQueueClient('blobs-to-copy');
  await queue.createIfNotExists();
  await queue.sendMessage(Buffer.from('original').toString('base64'));
  await eventually(async () => {
    const copy = await fetch(`${blobs}/original-Copy`);
    expect(copy.status).toBe(200);
    expect(new Uint8Array(await copy.arrayBuffer())).toEqual(content);
  });
}

async function checkServiceBus({ url }: RunningHost, connectionString: string): Promise<void> {
  const client = new ServiceBusClient(connectionString);
  await client.createSender('questions').sendMessages({ body: { why: 'not' } });
  await client.close();
  await fetch(`${url}/api/publish`, { method: 'POST', body: '{"headline":"it runs"}' });
  await eventually(async () =>
    expect(await getJson(`${url}/api/seen`)).toEqual(
      expect.arrayContaining([{ question: { why: 'not' } }, { news: { headline: 'it runs' } }]),
    ),
  );
}

async function checkDurable({ url }: RunningHost): Promise<void> {
  const started = await fetch(`${url}/api/orchestrators/helloOrchestrator`, { method: 'POST' });
  const { statusQueryGetUri } = (await started.json()) as { statusQueryGetUri: string };
  expect((await endOf(statusQueryGetUri)).output).toEqual(['Hello, Tokyo', 'Hello, Cairo']);
}

async function getJson(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}
