import { ServiceBusClient } from '@azure/service-bus';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import type { Door } from '../../src/jobs/job.ts';
import type { StackAddresses } from '../../src/local/stack/stack.ts';
import { JobsApi } from '../support/jobs-api.ts';

export interface Handed extends Record<string, unknown> {
  id: string;
}

/** The clients try once: whoever hands in decides how often. */
const ONE_TRY = { retryOptions: { maxTries: 1 } };
const BUS_ONE_TRY = { retryOptions: { maxRetries: 0, timeoutInMs: 5_000 } };

/**
 * Hands in an envelope as an outside program does.
 *
 * @returns when the door has acknowledged it.
 * @throws when it has not; then nobody knows whether it was taken.
 */
export async function handIn(
  door: Door,
  addresses: StackAddresses,
  envelope: Handed,
): Promise<void> {
  await DOORS[door](addresses, envelope);
}

const DOORS: Record<Door, (addresses: StackAddresses, envelope: Handed) => Promise<unknown>> = {
  http: ({ functions }, envelope) => new JobsApi(functions).submit(envelope),

  async 'service-bus'({ serviceBus }, envelope) {
    const client = new ServiceBusClient(serviceBus, BUS_ONE_TRY);
    try {
      await client.createSender('jobs').sendMessages({ body: envelope, messageId: envelope.id });
    } finally {
      // The broker may be away; nobody waits for a proper goodbye.
      client.close().catch(() => undefined);
    }
  },

  'storage-queue': ({ storage }, envelope) =>
    QueueServiceClient.fromConnectionString(storage, ONE_TRY)
      .getQueueClient('jobs')
      .sendMessage(JSON.stringify(envelope)),

  'blob-drop': (addresses, envelope) =>
    upload(addresses, `inbox/jobs/${envelope.id}.json`, JSON.stringify(envelope)),
};

/** @param path `container/name`. */
export async function upload(
  { storage }: StackAddresses,
  path: string,
  text: string,
): Promise<void> {
  const [container = '', ...name] = path.split('/');
  await BlobServiceClient.fromConnectionString(storage, ONE_TRY)
    .getContainerClient(container)
    .getBlockBlobClient(name.join('/'))
    .upload(text, Buffer.byteLength(text));
}
