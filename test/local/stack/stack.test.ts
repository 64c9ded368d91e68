import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TableClient } from '@azure/data-tables';
import { ServiceBusClient } from '@azure/service-bus';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StackOptions } from '../../../src/local/stack/options.ts';
import type { Progress } from '../../../src/local/stack/progress.ts';
import type { Stack, StackAddresses } from '../../../src/local/stack/stack.ts';
import { launch } from '../../support/local-stack.ts';

const APP = fileURLToPath(new URL('app', import.meta.url));

let state: string;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'stack-'));
});

afterAll(async () => {
  await rm(state, { recursive: true, maxRetries: 5 });
});

describe('a stack', () => {
  let stack: Stack;
  const progress: Progress[] = [];

  beforeAll(async () => {
    stack = await launch({ state, app: APP, onProgress: (event) => progress.push(event) });
  });

  afterAll(() => stack.kill());

  it('tells the app where everything is', async () => {
    const response = await fetch(`${stack.addresses.functions}/api/settings`);
    expect(await response.json()).toEqual({
      AzureWebJobsStorage: stack.addresses.storage,
      DataStorage: stack.addresses.storage,
      ServiceBus: stack.addresses.serviceBus,
      AZURE_OPENAI_ENDPOINT: stack.addresses.azureOpenAI,
      AZURE_OPENAI_API_KEY: 'local',
    });
  });

  it('says in stack.json where everything is', async () => {
    expect(JSON.parse(await readFile(join(state, 'stack.json'), 'utf8'))).toEqual({
      ...stack.addresses,
      processes: {
        storage: stack.process('storage'),
        serviceBus: stack.process('serviceBus'),
        azureOpenAI: stack.process('azureOpenAI'),
        functions: stack.process('functions'),
        eventGrid: stack.process('eventGrid'),
      },
    });
  });

  it('carries a dropped blob to its queue', async () => {
    const inbox = BlobServiceClient.fromConnectionString(
      stack.addresses.storage,
    ).getContainerClient('inbox');
    await inbox.getBlockBlobClient('jobs/a.json').upload('{}', 2);
    expect(await subjectOfDrop(stack.addresses)).toBe(
      '/blobServices/default/containers/inbox/blobs/jobs/a.json',
    );
  });

  it('leaves an outage until it is over', async () => {
    await stack.halt('storage');
    await expect(hasRow(stack)).rejects.toThrow('ECONNREFUSED');
    await stack.resume('storage');
    expect(await hasRow(stack)).toBe(false);
    expect(progress.map(({ type }) => type)).not.toContain('died');
  });

  it('starts a killed program again where it was', async () => {
    await insertRow(stack);
    process.kill(Number(stack.process('storage')), 'SIGKILL');
    const recovered = { type: 'recovered', program: 'storage' };
    await vi.waitFor(() => expect(progress).toContainEqual(recovered), 10_000);
    expect(await hasRow(stack)).toBe(true);
  });

  it('keeps a second stack away from its state', async () => {
    await expect(launch({ state })).rejects.toThrow(
      `Another stack (process ${process.pid}) runs on ${state}.`,
    );
  });
});

describe('the state of a stack', () => {
  it('outlives a kill, names no addresses after a stop, and is emptied when that is asked for', async () => {
    const killed = await startStorageOnly({ reset: true });
    await insertRow(killed);
    await killed.kill();
    const next = await startStorageOnly();
    expect(next.addresses).toEqual(killed.addresses);
    expect(await hasRow(next)).toBe(true);
    await next.stop();
    expect(existsSync(join(state, 'stack.json'))).toBe(false);
    const empty = await startStorageOnly({ reset: true });
    expect(await hasRow(empty)).toBe(false);
    await empty.stop();
  });

  it('can be used again after a stack that did not start, which says what failed and why', async () => {
    const programs = { functions: fake('never-ready') };
    await expect(startStorageOnly({ programs })).rejects.toThrow(
      /^functions ended \(exit code 3\)[^]*The disk is full\./,
    );
    await (await startStorageOnly()).stop();
  });
});

/** Storage is real; the other programs only say that they are ready. */
function startStorageOnly(options: StackOptions = {}): Promise<Stack> {
  const steady = fake('steady');
  return launch({
    state,
    ...options,
    programs: {
      serviceBus: steady,
      azureOpenAI: steady,
      functions: steady,
      eventGrid: steady,
      ...options.programs,
    },
  });
}

function fake(name: string): string {
  return fileURLToPath(new URL(`programs/${name}.js`, import.meta.url));
}

async function insertRow(stack: Stack): Promise<void> {
  await jobs(stack.addresses).createEntity({ partitionKey: 'p', rowKey: 'r' });
}

async function hasRow(stack: Stack): Promise<boolean> {
  for await (const _ of jobs(stack.addresses).listEntities()) return true;
  return false;
}

function jobs({ storage }: StackAddresses): TableClient {
  return TableClient.fromConnectionString(storage, 'jobs', {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
}

async function subjectOfDrop({ serviceBus }: StackAddresses): Promise<unknown> {
  const client = new ServiceBusClient(serviceBus);
  try {
    const receiver = client.createReceiver('blob-drops', { receiveMode: 'receiveAndDelete' });
    const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
    return (message?.body as { subject: string } | undefined)?.subject;
  } finally {
    await client.close();
  }
}
