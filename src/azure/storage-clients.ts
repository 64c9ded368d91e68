import { TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import type { Settings } from './settings.ts';

/** What the Functions runtime appends to the name of a queue for messages that fail for good. */
const POISON_SUFFIX = '-poison';

export interface StorageClients {
  jobs: TableClient;
  inbox: ContainerClient;
  outputs: ContainerClient;
  rejected: ContainerClient;
  state: ContainerClient;
  jobsQueue: QueueClient;
  poisonQueue: QueueClient;
}

interface ServiceClients {
  table: TableClient;
  blobs: BlobServiceClient;
  queues: QueueServiceClient;
}

// `storageCall` tries again by itself, on the app's clock; the SDKs would wait in real time.
const TABLE_OPTIONS = { retryOptions: { maxRetries: 0 } };
const BLOB_OPTIONS = { retryOptions: { maxTries: 1 } };

export function storageClients(
  { storage, names }: Pick<Settings, 'storage' | 'names'>,
  credential: () => TokenCredential,
): StorageClients {
  const { table, blobs, queues } =
    'connectionString' in storage
      ? withConnectionString(storage.connectionString, names.jobsTable)
      : withIdentity(storage, names.jobsTable, credential());
  return {
    jobs: table,
    inbox: blobs.getContainerClient(names.inboxContainer),
    outputs: blobs.getContainerClient(names.outputsContainer),
    rejected: blobs.getContainerClient(names.rejectedContainer),
    state: blobs.getContainerClient(names.stateContainer),
    jobsQueue: queues.getQueueClient(names.storageJobsQueue),
    poisonQueue: queues.getQueueClient(names.storageJobsQueue + POISON_SUFFIX),
  };
}

function withConnectionString(connectionString: string, table: string): ServiceClients {
  return {
    // Only the local emulator's connection string says http.
    table: TableClient.fromConnectionString(connectionString, table, {
      ...TABLE_OPTIONS,
      allowInsecureConnection: true,
    }),
    blobs: BlobServiceClient.fromConnectionString(connectionString, BLOB_OPTIONS),
    queues: QueueServiceClient.fromConnectionString(connectionString, BLOB_OPTIONS),
  };
}

function withIdentity(
  urls: { blobUrl: string; queueUrl: string; tableUrl: string },
  table: string,
  credential: TokenCredential,
): ServiceClients {
  return {
    table: new TableClient(urls.tableUrl, table, credential, TABLE_OPTIONS),
    blobs: new BlobServiceClient(urls.blobUrl, credential, BLOB_OPTIONS),
    queues: new QueueServiceClient(urls.queueUrl, credential, BLOB_OPTIONS),
  };
}

/**
 * Creates the table, containers and queues that are missing. In Azure the infrastructure has made
 * them, and the app's identity may not.
 */
export async function createMissingStorage(clients: StorageClients): Promise<void> {
  const { jobs, inbox, outputs, rejected, state, jobsQueue, poisonQueue } = clients;
  await Promise.all([
    jobs.createTable(),
    ...[inbox, outputs, rejected, state].map((container) => container.createIfNotExists()),
    ...[jobsQueue, poisonQueue].map((queue) => queue.createIfNotExists()),
  ]);
}
