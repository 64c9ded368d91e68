import { BlobSASPermissions, BlobServiceClient } from '@azure/storage-blob';
import { QueueSASPermissions, QueueServiceClient } from '@azure/storage-queue';
import { BLOB_DROPS, STORAGE_QUEUES } from './resources.ts';

/** URLs that let `curl` hand in a job; each holds a shared access signature, so nothing else is needed. */
export interface DropAddresses {
  /** PUT an envelope here. */
  blob: string;
  /** PUT the rows of a batch here. */
  batch: string;
  /** POST a message here. */
  queue: string;
}

/** A batch is dropped into a folder that is named after its deployment. */
export const BATCH_DEPLOYMENT = 'gpt-5.1-batch';

/** Long after any local account: its key is public anyway. */
const EXPIRES = new Date('2099-01-01T00:00:00Z');

/** @param connectionString of the local storage account */
export async function dropAddresses(connectionString: string): Promise<DropAddresses> {
  const inbox = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(
    BLOB_DROPS.container,
  );
  const blobUrl = (name: string) =>
    inbox
      .getBlobClient(name)
      .generateSasUrl({ permissions: BlobSASPermissions.parse('cw'), expiresOn: EXPIRES });
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(
    STORAGE_QUEUES[0],
  );
  return {
    blob: await blobUrl(`${BLOB_DROPS.prefixes[0]}hello.json`),
    batch: await blobUrl(`${BLOB_DROPS.prefixes[1]}${BATCH_DEPLOYMENT}/questions.jsonl`),
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
