import { ServiceBusClient } from '@azure/service-bus';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import type { StackAddresses } from '../../src/local/stack/stack.ts';
import type { DemoJob } from './jobs.ts';

/** The four ways in, through `fetch` and the official SDKs alone. */
export class Doors {
  readonly #functions: string;
  readonly #bus: ServiceBusClient;
  readonly #queue: QueueClient;
  readonly #inbox: ContainerClient;

  constructor({ functions, serviceBus, storage }: StackAddresses) {
    this.#functions = functions;
    this.#bus = new ServiceBusClient(serviceBus);
    this.#queue = QueueServiceClient.fromConnectionString(storage).getQueueClient('jobs');
    this.#inbox = BlobServiceClient.fromConnectionString(storage).getContainerClient('inbox');
  }

  async handIn({ door, envelope, blob }: DemoJob): Promise<void> {
    if (blob) await this.#upload(blob.path, blob.content);
    const text = JSON.stringify(envelope);
    switch (door) {
      case 'http':
        return this.#post(text);
      case 'service-bus':
        return this.#bus.createSender('jobs').sendMessages({ body: envelope });
      case 'storage-queue':
        await this.#queue.sendMessage(text);
        return;
      case 'blob-drop':
        return this.#upload(`jobs/${envelope.id}.json`, text);
    }
  }

  async cancel(id: string): Promise<void> {
    await expectOk(await fetch(`${this.#functions}/api/jobs/${id}/cancel`, { method: 'POST' }));
  }

  async close(): Promise<void> {
    await this.#bus.close();
  }

  async #post(text: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const url = `${this.#functions}/api/jobs`;
    await expectOk(await fetch(url, { method: 'POST', headers, body: text }));
  }

  async #upload(path: string, text: string): Promise<void> {
    await this.#inbox.getBlockBlobClient(path).upload(text, Buffer.byteLength(text));
  }
}

async function expectOk(response: Response): Promise<void> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
}
