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

/** Looks for a text in everything of a stack that anybody can reach. */
export class Reach {
  readonly #local: LocalStack;

  constructor(local: LocalStack) {
    this.#local = local;
  }

  /** @returns the places that hold the text. */
  async placesOf(text: string): Promise<string[]> {
    const places = await Promise.all([
      this.#blobs(text),
      this.#tables(text),
      this.#storageQueues(text),
      this.#serviceBus(text),
      this.#files(text),
      this.#answers(text),
    ]);
    return [...places.flat(), ...this.#events(text)].toSorted();
  }

  async #blobs(text: string): Promise<string[]> {
    const store = new BlobStore(this.#local.stack.addresses.storage);
    const names = await store.names();
    const contents = await Promise.all(names.map((name) => store.named(name).catch(emptyWhenGone)));
    return names.filter((_name, index) => contents[index]?.includes(text));
  }

  async #tables(text: string): Promise<string[]> {
    const { storage } = this.#local.stack.addresses;
    const service = TableServiceClient.fromConnectionString(storage, INSECURE);
    const places: string[] = [];
    for await (const { name = '' } of service.listTables()) {
      const rows = TableClient.fromConnectionString(storage, name, INSECURE).listEntities();
      for await (const row of rows) {
        if (decoded(row).includes(text)) places.push(`table ${name} ${row.rowKey}`);
      }
    }
    return places;
  }

  async #storageQueues(text: string): Promise<string[]> {
    const service = QueueServiceClient.fromConnectionString(this.#local.stack.addresses.storage);
    const places: string[] = [];
    for await (const { name } of service.listQueues()) {
      const { peekedMessageItems } = await service
        .getQueueClient(name)
        .peekMessages({ numberOfMessages: 32 });
      const found = peekedMessageItems.some((message) => message.messageText.includes(text));
      if (found) places.push(`storage queue ${name}`);
    }
    return places;
  }

  async #serviceBus(text: string): Promise<string[]> {
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
    const peeked = await Promise.all(receivers.map((receiver) => receiver.peekMessages(PEEKED)));
    await client.close();
    return receivers
      .filter((_receiver, index) =>
        peeked[index]?.some((message) => decoded(message).includes(text)),
      )
      .map(({ entityPath }) => `service bus ${entityPath}`);
  }

  /** The logs of all programs, and what the functions host keeps: inputs, histories, results. */
  async #files(text: string): Promise<string[]> {
    const { state } = this.#local.stack;
    const found = await Promise.all(
      ['functions', 'logs'].map(async (folder) =>
        (await filesWith(text, join(state, folder))).map((file) => `${folder}/${file}`),
      ),
    );
    return found.flat();
  }

  #events(text: string): string[] {
    const told = this.#local.events.received.filter((event) => decoded(event).includes(text));
    return told.map(({ type, subject }) => `event ${type} ${subject}`);
  }

  async #answers(text: string): Promise<string[]> {
    const { body } = await this.#local.jobs.get('/jobs');
    const { jobs } = body as { jobs: { id: string }[] };
    const paths = ['/jobs', '/deployments', '/health', ...jobs.map(({ id }) => `/jobs/${id}`)];
    const answers = await Promise.all(paths.map((path) => this.#local.jobs.get(path)));
    return paths.filter((_path, index) => decoded(answers[index]).includes(text));
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

/** @returns the files below a directory that hold the text, also where a database has only forgotten it. */
export async function filesWith(text: string, directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const contents = await Promise.all(files.map((file) => readFile(file).catch(emptyWhenRenamed)));
  return files
    .filter((_file, index) => contents[index]?.includes(text))
    .map((file) => relative(directory, file))
    .toSorted();
}
