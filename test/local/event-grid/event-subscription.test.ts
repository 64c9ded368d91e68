import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Child } from '../../../src/local/stack/child.ts';
import { choosePorts } from '../../../src/local/stack/ports.ts';
import { bundledProgram, type ProgramFolder } from '../../support/bundled-program.ts';

let directory: string;
let storage: Child;
let serviceBus: Child;
let eventGrid: Child;
let serviceBusPort: number;
let connections: { STORAGE_CONNECTION_STRING: string; SERVICE_BUS_CONNECTION_STRING: string };
let inbox: ContainerClient;
let number = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'event-grid-'));
  serviceBusPort = (await choosePorts({}, 0)).serviceBus;
  writeFileSync(join(directory, 'entities.json'), '{"queues":[{"name":"blob-drops"}]}');
  storage = run('storage', ['--state', join(directory, 'storage')]);
  serviceBus = runServiceBus();
  const [{ connectionString }, messaging] = await Promise.all([storage.ready, serviceBus.ready]);
  connections = {
    STORAGE_CONNECTION_STRING: String(connectionString),
    SERVICE_BUS_CONNECTION_STRING: String(messaging['connectionString']),
  };
  inbox = BlobServiceClient.fromConnectionString(String(connectionString)).getContainerClient(
    'inbox',
  );
  await inbox.create();
  eventGrid = await runEventGrid();
});

afterAll(async () => {
  await Promise.all([storage, serviceBus, eventGrid].map((child) => child.kill()));
  rmSync(directory, { recursive: true });
});

describe('event grid', () => {
  let name: string;

  beforeEach(() => {
    number += 1;
    name = `jobs/drop ${number}.json`;
  });

  it('announces a new blob as Azure does', async () => {
    const { etag } = await upload(name, '{}');
    const message = await nextMessage();
    const id = String(message.messageId);
    expect(message.body).toEqual({
      topic: expect.stringMatching(/^\/subscriptions\/.*\/storageAccounts\//),
      subject: `/blobServices/default/containers/inbox/blobs/${name}`,
      eventType: 'Microsoft.Storage.BlobCreated',
      id,
      eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
      data: {
        api: 'PutBlob',
        requestId: id,
        eTag: etag?.replaceAll('"', ''),
        contentType: 'application/json',
        contentLength: 2,
        blobType: 'BlockBlob',
        url: inbox.getBlobClient(name).url,
        sequencer: expect.stringMatching(/^[0-9a-f]{32}$/),
        storageDiagnostics: { batchId: id },
      },
      dataVersion: '',
      metadataVersion: '1',
    });
    expect(message.applicationProperties).toMatchObject({ 'aeg-event-type': 'Notification' });
  });

  it('announces a blob again when it is overwritten', async () => {
    const first = await upload(name, '1');
    expect(eTagOf(await nextMessage())).toBe(first.etag?.replaceAll('"', ''));
    const second = await upload(name, '2');
    expect(eTagOf(await nextMessage())).toBe(second.etag?.replaceAll('"', ''));
  });

  it('is silent about blobs under other prefixes', async () => {
    await upload('elsewhere/a.json', '{}');
    await upload(name, '{}');
    expect(subjectOf(await nextMessage())).toContain(name);
  });

  it('does not repeat after a restart what the queue has taken', async () => {
    await upload(name, '{}');
    await subjectsUpTo(name);
    // Events go out one after the other: when the next one is here, the first one is noted as sent.
    await upload(`${name}.next`, '{}');
    await subjectsUpTo(`${name}.next`);
    await eventGrid.kill();
    await upload(`${name}.last`, '{}');
    eventGrid = await runEventGrid();
    expect(await subjectsUpTo(`${name}.last`)).not.toContainEqual(subjectFor(name));
  });

  it('announces what was dropped while Service Bus was away', async () => {
    await serviceBus.kill();
    await upload(name, '{}');
    serviceBus = runServiceBus();
    await serviceBus.ready;
    expect(await subjectsUpTo(name)).toContain(subjectFor(name));
  });
});

/** Delivery is at least once, so what was killed in between may be told again before it. */
async function subjectsUpTo(name: string): Promise<string[]> {
  const subjects = [subjectOf(await nextMessage())];
  while (subjects.at(-1) !== subjectFor(name)) subjects.push(subjectOf(await nextMessage()));
  return subjects;
}

function subjectFor(name: string): string {
  return `/blobServices/default/containers/inbox/blobs/${name}`;
}

function run(folder: ProgramFolder, args: string[], environment: NodeJS.ProcessEnv = {}): Child {
  return new Child({
    name: folder,
    path: bundledProgram(folder),
    arguments: args,
    environment: { ...process.env, ...environment },
    log: join(directory, `${folder}.log`),
  });
}

function runServiceBus(): Child {
  const entities = join(directory, 'entities.json');
  const state = join(directory, 'service-bus');
  const port = String(serviceBusPort);
  return run('service-bus', ['--port', port, '--state', state, '--entities', entities]);
}

async function runEventGrid(): Promise<Child> {
  const state = join(directory, 'event-grid');
  const prefixes = ['--prefix', 'jobs/', '--prefix', 'batch/'];
  const child = run('event-grid', ['--state', state, ...prefixes], connections);
  await child.ready;
  return child;
}

function upload(name: string, content: string) {
  return inbox.getBlockBlobClient(name).upload(content, content.length, {
    blobHTTPHeaders: { blobContentType: 'application/json' },
  });
}

async function nextMessage(): Promise<ServiceBusReceivedMessage> {
  const client = new ServiceBusClient(connections.SERVICE_BUS_CONNECTION_STRING);
  try {
    const receiver = client.createReceiver('blob-drops', { receiveMode: 'receiveAndDelete' });
    const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
    if (message === undefined) throw new Error('No message came within 20 s.');
    return message;
  } finally {
    await client.close();
  }
}

function subjectOf(message: ServiceBusReceivedMessage): string {
  return (message.body as { subject: string }).subject;
}

function eTagOf(message: ServiceBusReceivedMessage): string {
  return (message.body as { data: { eTag: string } }).data.eTag;
}
