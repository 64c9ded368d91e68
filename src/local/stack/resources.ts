import { TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

/** What the app finds in Azure when it is deployed, and here when the stack is up. */
export const CONTAINERS = ['inbox', 'outputs', 'rejected', 'state'] as const;
export const TABLES = ['jobs'] as const;
export const STORAGE_QUEUES = ['jobs'] as const;

/** Intake queues allow 100 deliveries; the lock outlasts the longest hold of 120 s before a delivery is given up. */
const INTAKE = { maxDeliveryCount: 100, lockDurationSeconds: 300 };

export const SERVICE_BUS_ENTITIES = {
  queues: [
    { name: 'jobs', ...INTAKE },
    { name: 'blob-drops', ...INTAKE },
  ],
  topics: [
    {
      name: 'job-events',
      duplicateDetectionWindowSeconds: 86_400,
      subscriptions: [{ name: 'all', maxDeliveryCount: 10 }],
    },
  ],
};

export const BLOB_DROPS = {
  container: 'inbox',
  prefixes: ['jobs/', 'batch/'],
  queue: 'blob-drops',
} as const;

/** Creates what is missing in a storage account. */
export async function createStorageResources(connectionString: string): Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  const tables = TableServiceClient.fromConnectionString(connectionString, {
    allowInsecureConnection: true,
  });
  await Promise.all([
    ...CONTAINERS.map((name) => blobs.getContainerClient(name).createIfNotExists()),
    ...STORAGE_QUEUES.map((name) => queues.getQueueClient(name).createIfNotExists()),
    ...TABLES.map((name) => tables.createTable(name)),
  ]);
}
