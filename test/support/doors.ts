import { ServiceBusClient } from '@azure/service-bus';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import type { LocalStack } from './local-stack.ts';

/** The doors that answer with events alone. */
export const SILENT_DOORS = ['service-bus', 'storage-queue', 'blob-drop'] as const;
export type SilentDoor = (typeof SILENT_DOORS)[number];

/** Hands text in through the doors that give no answer, as any program with the SDKs does. */
export class Doors {
  readonly #bus: ServiceBusClient;
  readonly #queues: QueueServiceClient;
  readonly #blobs: BlobServiceClient;

  constructor({ stack }: LocalStack) {
    this.#bus = new ServiceBusClient(stack.addresses.serviceBus);
    this.#queues = QueueServiceClient.fromConnectionString(stack.addresses.storage);
    this.#blobs = BlobServiceClient.fromConnectionString(stack.addresses.storage);
  }

  /**
   * @param name of the message or the blob, where the door lets the sender choose one.
   * @returns what the door knows the text by, as events and rejected copies repeat it.
   */
  async handIn(door: SilentDoor, name: string, text: string): Promise<string> {
    switch (door) {
      case 'service-bus':
        return this.#send(name, text);
      case 'storage-queue':
        return this.#enqueue(text);
      case 'blob-drop':
        return this.drop(`jobs/${name}.json`, text);
    }
  }

  async #send(messageId: string, text: string): Promise<string> {
    const message = { messageId, body: Buffer.from(text), contentType: 'application/json' };
    await this.#bus.createSender('jobs').sendMessages(message);
    return `jobs/${messageId}`;
  }

  async #enqueue(text: string): Promise<string> {
    const { messageId } = await this.#queues.getQueueClient('jobs').sendMessage(text);
    return `jobs/${messageId}`;
  }

  /** Puts a blob anywhere into the container `inbox`. */
  async drop(name: string, text: string): Promise<string> {
    const blob = this.#blobs.getContainerClient('inbox').getBlockBlobClient(name);
    const { etag = '' } = await blob.upload(text, Buffer.byteLength(text));
    return `inbox/${name} ${etag.replaceAll('"', '')}`;
  }

  async close(): Promise<void> {
    await this.#bus.close();
  }
}
