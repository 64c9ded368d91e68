import { BlobSASPermissions, BlobServiceClient } from '@azure/storage-blob';
import { QueueSASPermissions, QueueServiceClient } from '@azure/storage-queue';
import { BLOB_DROPS, STORAGE_QUEUES } from './resources.ts';

/** URLs that let `curl` hand in a job; each holds a shared access signature, so nothing else is needed. */
export interface DropAddresses {
  /** PUT an envelope here. */
  blob: string;
  /** POST a message here. */
  queue: string;
}

/** Long after any local account: its key is public anyway. */
const EXPIRES = new Date('2099-01-01T00:00:00Z');

/** @param connectionString of the local storage account */
export async function dropAddresses(connectionString: string): Promise<DropAddresses> {
  const blob = BlobServiceClient.fromConnectionString(connectionString)
    .getContainerClient(BLOB_DROPS.container)
    .getBlobClient(`${BLOB_DROPS.prefixes[0]}hello.json`);
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(
    STORAGE_QUEUES[0],
  );
  return {
    blob: await blob.generateSasUrl({
      permissions: BlobSASPermissions.parse('cw'),
      expiresOn: EXPIRES,
    }),
    queue: messagesUrl(
      queue.generateSasUrl({ permissions: QueueSASPermissions.parse('a'), expiresOn: EXPIRES }),
    ),
  };
}

function messagesUrl(queueUrl: string): string {
  const url = new URL(queueUrl);
  url.pathname += '/messages';
  return url.href;
}
