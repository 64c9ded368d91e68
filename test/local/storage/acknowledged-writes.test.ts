import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { StorageProcess } from './storage-process.ts';

/** Without retries every answer belongs to exactly one request. */
const NO_RETRIES = { retryOptions: { maxRetries: 0, maxTries: 1 } };

let state: string;
let storage: StorageProcess;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'storage-'));
  storage = await StorageProcess.start(state);
});

// A test ends with a storage that runs, unless it is about its end or fails; each uses what no other does.
beforeEach(async () => {
  if (storage.hasExited) storage = await StorageProcess.start(state, storage);
});

afterAll(async () => {
  await storage.kill();
  await rm(state, { recursive: true });
});

/** What must be there after the kill. */
const KEPT = {
  'blob, also one that was being overwritten': blobs,
  'block of a blob that is committed after the restart': blocks,
  'row, and every update made under an ETag': rows,
  'message, and brings no deleted message back': messages,
};

describe('storage that is killed during concurrent writes of every kind keeps every acknowledged', () => {
  const witnesses = new Map<string, Witness>();

  beforeAll(async () => {
    for (const [what, begin] of Object.entries(KEPT)) witnesses.set(what, await begin());
    await writeUntilKilled(
      600,
      [...witnesses.values()].flatMap(({ writes }) => writes),
    );
  });

  it.each(Object.keys(KEPT))('%s', async (what) => {
    await witnesses.get(what)?.look();
    expect.hasAssertions();
  });
});

describe('storage', () => {
  it('forgets a deleted table for good', async () => {
    const table = await tableOf(storage, 'deleted');
    await table.createEntity({ partitionKey: 'rows', rowKey: 'old' });
    await table.deleteTable();
    await restart();
    await table.createTable();
    await expect(table.getEntity('rows', 'old')).rejects.toMatchObject({ statusCode: 404 });
  });

  it('rolls a failed transaction back in memory and in the file', async () => {
    const table = await tableOf(storage, 'transacted');
    await table.createEntity({ partitionKey: 'rows', rowKey: 'present' });
    const transaction = table.submitTransaction([
      ['create', { partitionKey: 'rows', rowKey: 'added' }],
      ['create', { partitionKey: 'rows', rowKey: 'present' }],
    ]);
    await expect(transaction).rejects.toMatchObject({ statusCode: 409 });
    await restart();
    await expect(table.getEntity('rows', 'added')).rejects.toMatchObject({ statusCode: 404 });
  });

  it('ends with its parent', async () => {
    storage.disconnect();
    await storage.exited();
  });
});

type Write = (attempt: number) => Promise<void>;

/** What writes, knows what was acknowledged, and looks for it after the restart. */
interface Witness {
  writes: Write[];
  look(): Promise<void>;
}

async function blobs(): Promise<Witness> {
  const container = await containerOf(storage, 'written');
  const uploaded = new Set<string>();
  const overwritten = container.getBlockBlobClient('overwritten');
  let latest = -1;
  return {
    writes: [
      ...fourTimes(async (name) => {
        await container.getBlockBlobClient(name).upload(name, name.length);
        uploaded.add(name);
      }),
      async (attempt) => {
        await overwritten.upload(String(attempt), String(attempt).length);
        latest = attempt;
      },
    ],
    async look() {
      expect(uploaded.size).toBeGreaterThan(0);
      for (const name of uploaded) expect(await contentOf(container, name)).toBe(name);
      const content = Number(await contentOf(container, 'overwritten'));
      expect([latest, latest + 1]).toContain(content);
    },
  };
}

async function blocks(): Promise<Witness> {
  const blob = (await containerOf(storage, 'staged')).getBlockBlobClient('blob');
  const staged: string[] = [];
  return {
    writes: [
      async (attempt) => {
        const id = blockId(attempt);
        await blob.stageBlock(id, 'x', 1);
        staged.push(id);
      },
    ],
    async look() {
      expect(staged.length).toBeGreaterThan(0);
      await blob.commitBlockList(staged);
      expect((await blob.getProperties()).contentLength).toBe(staged.length);
    },
  };
}

async function rows(): Promise<Witness> {
  const table = await tableOf(storage, 'written');
  const inserted = new Set<string>();
  let counter = await newCounter(table);
  return {
    writes: [
      ...fourTimes(async (rowKey) => {
        await table.createEntity({ partitionKey: 'rows', rowKey });
        inserted.add(rowKey);
      }),
      async () => {
        const value = counter.value + 1;
        const { etag } = await table.updateEntity(
          { partitionKey: 'counter', rowKey: 'counter', value },
          'Replace',
          { etag: counter.etag },
        );
        counter = { value, etag: String(etag) };
      },
    ],
    async look() {
      const found = new Set<string>();
      for await (const row of table.listEntities()) found.add(String(row.rowKey));
      expect(inserted.size).toBeGreaterThan(0);
      expect([...inserted].filter((rowKey) => !found.has(rowKey))).toEqual([]);
      const kept = await counterOf(table);
      expect([counter.value, counter.value + 1]).toContain(kept.value);
      if (kept.value === counter.value) expect(kept.etag).toBe(counter.etag);
    },
  };
}

async function messages(): Promise<Witness> {
  const queue = await queueOf(storage);
  const sent = new Set<string>();
  const deleted = new Set<string>();
  const deleting = new Set<string>();
  return {
    writes: [
      ...fourTimes(async (text) => {
        await queue.sendMessage(text);
        sent.add(text);
      }),
      async () => {
        const { receivedMessageItems } = await queue.receiveMessages({ visibilityTimeout: 1 });
        for (const { messageText, messageId, popReceipt } of receivedMessageItems) {
          deleting.add(messageText);
          await queue.deleteMessage(messageId, popReceipt);
          deleted.add(messageText);
        }
      },
    ],
    async look() {
      const expected = [...sent].filter((text) => !deleting.has(text));
      expect(expected.length).toBeGreaterThan(0);
      const found = await messagesIn(queue, new Set(expected));
      expect([...deleted].filter((text) => found.has(text))).toEqual([]);
    },
  };
}

async function restart(): Promise<void> {
  await storage.kill();
  storage = await StorageProcess.start(state, storage);
}

/** Repeats every write until all fail because, after `answers` answers in all, the storage is killed; restarts it. */
async function writeUntilKilled(answers: number, writes: readonly Write[]): Promise<void> {
  let remaining = answers;
  const killed = Promise.withResolvers<void>();
  const repeat = async (write: Write) => {
    for (let attempt = 0; ; attempt++) {
      await write(attempt);
      remaining -= 1;
      if (remaining === 0) void storage.kill().then(killed.resolve);
    }
  };
  await Promise.allSettled(writes.map(repeat));
  await killed.promise;
  storage = await StorageProcess.start(state, storage);
}

function fourTimes(write: (name: string) => Promise<void>): Write[] {
  return [1, 2, 3, 4].map((writer) => (attempt) => write(`writer-${writer}-${attempt}`));
}

async function containerOf(
  { connectionString }: StorageProcess,
  name: string,
): Promise<ContainerClient> {
  const service = BlobServiceClient.fromConnectionString(connectionString, NO_RETRIES);
  const container = service.getContainerClient(name);
  await container.createIfNotExists();
  return container;
}

async function contentOf(container: ContainerClient, name: string): Promise<string> {
  return (await container.getBlobClient(name).downloadToBuffer()).toString();
}

function blockId(number: number): string {
  return Buffer.from(String(number).padStart(6, '0')).toString('base64');
}

async function tableOf({ connectionString }: StorageProcess, name: string): Promise<TableClient> {
  const table = TableClient.fromConnectionString(connectionString, name, {
    allowInsecureConnection: true,
    ...NO_RETRIES,
  });
  await table.createTable();
  return table;
}

interface Counter {
  value: number;
  etag: string;
}

async function newCounter(table: TableClient): Promise<Counter> {
  await table.createEntity({ partitionKey: 'counter', rowKey: 'counter', value: 0 });
  return counterOf(table);
}

async function counterOf(table: TableClient): Promise<Counter> {
  const { value, etag } = await table.getEntity<{ value: number }>('counter', 'counter');
  return { value, etag };
}

async function queueOf({ connectionString }: StorageProcess): Promise<QueueClient> {
  const queue = QueueServiceClient.fromConnectionString(
    connectionString,
    NO_RETRIES,
  ).getQueueClient('queue');
  await queue.createIfNotExists();
  return queue;
}

/** Everything in the queue once all `expected` are seen: what was received but not deleted shows up after its timeout. */
async function messagesIn(queue: QueueClient, expected: Set<string>): Promise<Set<string>> {
  const found = new Set<string>();
  await vi.waitFor(
    async () => {
      const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
      for (const { messageText } of receivedMessageItems) found.add(messageText);
      expect([...expected].filter((text) => !found.has(text))).toEqual([]);
      expect(receivedMessageItems).toEqual([]);
    },
    { timeout: 10_000, interval: 50 },
  );
  return found;
}
