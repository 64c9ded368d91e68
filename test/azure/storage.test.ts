import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lazyCredential } from '../../src/azure/credential.ts';
import { jsonJournal } from '../../src/azure/journal.ts';
import { poisonMessages, type PoisonMessage } from '../../src/azure/poison-messages.ts';
import { createServices } from '../../src/azure/services.ts';
import { parseSettings } from '../../src/azure/settings.ts';
import { createMissingStorage, storageClients } from '../../src/azure/storage-clients.ts';
import { storageCall } from '../../src/azure/storage-errors.ts';
import { HOST_CLOCK, type Clock } from '../../src/clock.ts';
import { allOf } from '../support/all-of.ts';
import { connectionStringFor, freePort } from '../support/azurite.ts';
import { aJob } from './jobs.ts';

const settingsFor = (connectionString: string) =>
  parseSettings({
    DataStorage: connectionString,
    ServiceBus: 'Endpoint=sb://localhost;SharedAccessKeyName=n;SharedAccessKey=k',
    AZURE_OPENAI_ENDPOINT: 'http://localhost:8080',
    AZURE_OPENAI_API_KEY: 'key',
  });

const clientsFor = (connectionString: string) =>
  storageClients(settingsFor(connectionString), lazyCredential(undefined));

describe('the services of the app', () => {
  test('work on storage as the settings name it', async () => {
    const clients = clientsFor(connectionStringFor('storage'));
    await createMissingStorage(clients);
    await createMissingStorage(clients);
    const services = createServices(settingsFor(connectionStringFor('storage')));
    await services.index.insert(aJob('job'));
    await services.outputs.writer('job').write('output.md', 'text', 'text/markdown');
    expect((await services.index.list({ top: 5 })).jobs).toHaveLength(1);
    expect(services.outputs.url('job', 'output.md')).toMatch(/\/outputs\/job\/output\.md$/);
    expect(services.limits).toEqual({
      createTimeout: 60_000,
      jobRetentionDays: 30,
      historyRetentionDays: 7,
      inboxContainer: 'inbox',
    });
    await services.close();
  });

  test('with an identity need no secret', () => {
    const settings = parseSettings({
      DataStorage__accountName: 'jobdata',
      ServiceBus__fullyQualifiedNamespace: 'bus.servicebus.windows.net',
      AZURE_OPENAI_ENDPOINT: 'https://res.openai.azure.com',
    });
    const { outputs, deployments } = createServices(settings);
    expect(outputs.url('job', 'a.md')).toBe(
      'https://jobdata.blob.core.windows.net/outputs/job/a.md',
    );
    expect(deployments.named('o3-pro')?.facts.name).toBe('o3-pro');
  });
});

describe('storage that is down', () => {
  // The pauses between tries are time of the app's clock, and nothing here depends on their length.
  const hurried: Clock = { now: () => Date.UTC(2026, 0, 1), sleep: async () => {} };

  beforeAll(() => void Object.assign(globalThis, { [HOST_CLOCK]: hurried }));

  afterAll(() => void Reflect.deleteProperty(globalThis, HOST_CLOCK));

  test('is told from everything else by each of its adapters', async () => {
    const port = await freePort();
    const services = createServices(
      settingsFor(connectionStringFor('storage', { blob: port, queue: port, table: port })),
    );
    const calls = [
      services.index.insert(aJob('job')),
      services.index.read('job'),
      allOf(services.index.open()),
      services.index.list({ top: 1 }),
      services.state.putRequest('job', 'h', {}),
      services.inbox.stat('inbox/a'),
      allOf(services.inbox.open('inbox/a', '0x1')),
      services.index.removeClaim({ deployment: 'a', upstreamId: 'b' }),
      services.statusBoard.putListed('https://a.example', '2026-01-01T00:00:00.000Z'),
      services.outputs.writer('job').write('a', 'b', 'c/d'),
      services.outputs.read('job', 'a'),
      allOf(services.poisonMessages()),
    ];
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({
        reason: { code: 'storage-unavailable', message: expect.stringContaining('try again') },
      });
    }
  });

  test.each([
    { name: 'RestError', statusCode: 500 },
    { name: 'RestError', statusCode: 503 },
    { name: 'RestError', statusCode: 429 },
    { name: 'RestError', code: 'ECONNRESET' },
    { name: 'CredentialUnavailableError' },
    { name: 'AbortError' },
    { message: 'Data corruption failure: received less data than required and reached …' },
  ])('is what %j means', async (properties) => {
    const failing = storageCall(() => Promise.reject(Object.assign(new Error('x'), properties)));
    await expect(failing).rejects.toMatchObject({ code: 'storage-unavailable' });
  });

  test.each([
    { name: 'RestError', statusCode: 403 },
    { name: 'RestError', statusCode: 404 },
    { name: 'TypeError', message: 'a defect' },
  ])('is not what %j means', async (properties) => {
    const error = Object.assign(new Error('x'), properties);
    await expect(storageCall(() => Promise.reject(error))).rejects.toBe(error);
  });

  test('is given up when the time is over', async () => {
    const endless = storageCall(
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
      20,
    );
    await expect(endless).rejects.toMatchObject({ code: 'storage-unavailable' });
  });
});

describe('poison messages', () => {
  test('are shown once, 100 at most, and gone when they are done', async () => {
    const { poisonQueue } = clientsFor(connectionStringFor('storage'));
    await poisonQueue.deleteIfExists();
    await expect(allOf(poisonMessages(poisonQueue)), 'no queue').resolves.toEqual([]);
    await poisonQueue.create();
    await Promise.all(
      Array.from({ length: 101 }, (_, number) => poisonQueue.sendMessage(`text ${number}`)),
    );
    const shown: PoisonMessage[] = await allOf(poisonMessages(poisonQueue));
    expect(new Set(shown.map(({ id }) => id)).size).toBe(100);
    expect(shown[0]?.text).toMatch(/^text \d+$/);
    await Promise.all(shown.map((message) => message.done()));
    await shown[0]?.done();
    const { approximateMessagesCount } = await poisonQueue.getProperties();
    expect(approximateMessagesCount).toBe(1);
  });
});

test('the journal writes one line of JSON per entry', () => {
  const lines: string[] = [];
  const journal = jsonJournal((line) => lines.push(line));
  journal.write({ event: 'job-succeeded', jobId: 'a', text: 'two\nlines' });
  expect(lines).toEqual(['{"event":"job-succeeded","jobId":"a","text":"two\\nlines"}']);
});
