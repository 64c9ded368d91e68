import { TableServiceClient, TableClient } from '@azure/data-tables';
import { ServiceBusClient } from '@azure/service-bus';
import { QueueServiceClient } from '@azure/storage-queue';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { BlobStore } from './blob-store.ts';
import type { LocalStack } from './local-stack.ts';

const QUEUES = ['jobs', 'blob-drops'];
const TOPIC = { topic: 'job-events', subscription: 'all' };

/** More than any test puts into one queue. */
const PEEKED = 250;

/** Something that was read, and where. */
export interface Found {
  place: string;
  content: string | Buffer;
}

/** @returns the places that hold the text. */
export function placesOf(text: string, found: readonly Found[]): string[] {
  return found.filter(({ content }) => content.includes(text)).map(({ place }) => place);
}

/** Reads everything of a stack that anybody can reach. */
export class Reach {
  readonly #local: LocalStack;

  constructor(local: LocalStack) {
    this.#local = local;
  }

  async everything(): Promise<Found[]> {
    const found = await Promise.all([
      this.#blobs(),
      this.#tables(),
      this.#storageQueues(),
      this.#serviceBus(),
      this.#files(),
      this.#answers(),
    ]);
    return [...found.flat(), ...this.#events()].toSorted((one, other) =>
      one.place < other.place ? -1 : 1,
    );
  }

  async #blobs(): Promise<Found[]> {
    const store = new BlobStore(this.#local.stack.addresses.storage);
    return Promise.all(
      (await store.names()).map(async (name) => ({
        place: name,
        content: await store.named(name).catch(emptyWhenGone),
      })),
    );
  }

  async #tables(): Promise<Found[]> {
    const { storage } = this.#local.stack.addresses;
    const service = TableServiceClient.fromConnectionString(storage, INSECURE);
    const found: Found[] = [];
    for await (const { name = '' } of service.listTables()) {
      const rows = TableClient.fromConnectionString(storage, name, INSECURE).listEntities();
      for await (const row of rows) {
        found.push({ place: `table ${name} ${row.rowKey}`, content: decoded(row) });
      }
    }
    return found;
  }

  async #storageQueues(): Promise<Found[]> {
    const service = QueueServiceClient.fromConnectionString(this.#local.stack.addresses.storage);
    const found: Found[] = [];
    for await (const { name } of service.listQueues()) {
      const { peekedMessageItems } = await service
        .getQueueClient(name)
        .peekMessages({ numberOfMessages: 32 });
      const texts = peekedMessageItems.map(({ messageText }) => messageText);
      found.push({ place: `storage queue ${name}`, content: texts.join('\n') });
    }
    return found;
  }

  async #serviceBus(): Promise<Found[]> {
    const client = new ServiceBusClient(this.#local.stack.addresses.serviceBus);
    const options = { skipParsingBodyAsJson: true };
    const dead = { ...options, subQueueType: 'deadLetter' as const };
    const receivers = [
      ...QUEUES.flatMap((queue) => [
        client.createReceiver(queue, options),
        client.createReceiver(queue, dead),
      ]),
      client.createReceiver(TOPIC.topic, TOPIC.subscription, options),
      client.createReceiver(TOPIC.topic, TOPIC.subscription, dead),
    ];
    const found = await Promise.all(
      receivers.map(async (receiver) => ({
        place: `service bus ${receiver.entityPath}`,
        content: decoded(await receiver.peekMessages(PEEKED)),
      })),
    );
    await client.close();
    return found;
  }

  /** The logs of all programs, and what the functions host keeps: inputs, histories, results. */
  async #files(): Promise<Found[]> {
    const { state } = this.#local.stack;
    const found = await Promise.all(
      ['functions', 'logs'].map(async (folder) =>
        (await filesIn(join(state, folder))).map(({ place, content }) => ({
          place: `${folder}/${place}`,
          content,
        })),
      ),
    );
    return found.flat();
  }

  #events(): Found[] {
    return this.#local.events.received.map((event) => ({
      place: `event ${event.type} ${event.subject}`,
      content: decoded(event),
    }));
  }

  async #answers(): Promise<Found[]> {
    const { body } = await this.#local.jobs.get('/jobs');
    const { jobs } = body as { jobs: { id: string }[] };
    const paths = ['/jobs', '/deployments', '/health', ...jobs.map(({ id }) => `/jobs/${id}`)];
    return Promise.all(
      paths.map(async (path) => ({
        place: path,
        content: decoded(await this.#local.jobs.get(path)),
      })),
    );
  }
}

/** A blob may be deleted between the listing and the look at it: then it holds nothing. */
function emptyWhenGone(error: { statusCode?: number }): Buffer {
  if (error.statusCode === 404) return Buffer.alloc(0);
  throw error;
}

const INSECURE = { allowInsecureConnection: true };

/** JSON with bytes as the text they hold. */
function decoded(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Uint8Array) return Buffer.from(part).toString('utf8');
    if (isJsonOfBuffer(part)) return Buffer.from(part.data).toString('utf8');
    return typeof part === 'bigint' ? String(part) : part;
  });
}

function isJsonOfBuffer(part: unknown): part is { type: 'Buffer'; data: number[] } {
  return typeof part === 'object' && part !== null && 'type' in part && part.type === 'Buffer';
}

/** A file that is replaced in one step has a second name for a moment; the first was listed too. */
function emptyWhenRenamed(error: NodeJS.ErrnoException): Buffer {
  if (error.code === 'ENOENT') return Buffer.alloc(0);
  throw error;
}

/** @returns the files below a directory, with what a database in them has only forgotten. */
export async function filesIn(directory: string): Promise<Found[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
  return Promise.all(
    files.map(async (file) => ({
      place: relative(directory, file),
      content: await readFile(file).catch(emptyWhenRenamed),
    })),
  );
}
