import { ServiceBusClient, type ServiceBusSender } from '@azure/service-bus';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import type { Settings } from '../configuration/settings.ts';

/**
 * The SDKs' own pauses, of up to two minutes, are meant for services far away; those on this machine are
 * back within seconds, and a trigger goes on trying anyway. Milliseconds.
 */
const STORAGE_RETRY = { maxTries: 4, retryDelayInMs: 100, maxRetryDelayInMs: 1_000 };

export const SERVICE_BUS_RETRY = {
  maxRetries: 4,
  retryDelayInMs: 250,
  maxRetryDelayInMs: 2_000,
  timeoutInMs: 10_000,
};

/** Clients for the services that bindings name by their connection, each made once. */
export class Connections {
  readonly #settings: Settings;
  readonly #queues = new Map<string, QueueServiceClient>();
  readonly #blobs = new Map<string, BlobServiceClient>();
  readonly #senders = new Map<string, { client: ServiceBusClient; sender: ServiceBusSender }>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** @throws when the setting that `connection` names does not exist. */
  queues(connection: string | undefined): QueueServiceClient {
    return made(this.#queues, this.#settings.connectionString(connection), (text) =>
      QueueServiceClient.fromConnectionString(text, { retryOptions: STORAGE_RETRY }),
    );
  }

  /** @throws when the setting that `connection` names does not exist. */
  blobs(connection: string | undefined): BlobServiceClient {
    return made(this.#blobs, this.#settings.connectionString(connection), (text) =>
      BlobServiceClient.fromConnectionString(text, { retryOptions: STORAGE_RETRY }),
    );
  }

  /** @throws when the setting that `connection` names does not exist. */
  sender(connection: string | undefined, entity: string): ServiceBusSender {
    const text = this.#settings.connectionString(connection);
    return made(this.#senders, `${entity} ${text}`, () => {
      const client = new ServiceBusClient(text, { retryOptions: SERVICE_BUS_RETRY });
      return { client, sender: client.createSender(entity) };
    }).sender;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#senders.values()].map(({ client }) => client.close()));
  }
}

function made<T>(cache: Map<string, T>, key: string, make: (key: string) => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = make(key);
  cache.set(key, value);
  return value;
}
