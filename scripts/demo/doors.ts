import { ServiceBusClient } from '@azure/service-bus';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import type { JobDocument } from '../../src/jobs/job.ts';
import type { StackAddresses } from '../../src/local/stack/stack.ts';
import type { DemoJob, Door } from './jobs.ts';

/** The four ways in, through `fetch` and the official SDKs alone. */
export class Doors {
  readonly #jobs: string;
  readonly #bus: ServiceBusClient;
  readonly #queue: QueueClient;
  readonly #inbox: ContainerClient;

  constructor({ functions, serviceBus, storage }: StackAddresses) {
    this.#jobs = `${functions}/api/jobs`;
    this.#bus = new ServiceBusClient(serviceBus);
    this.#queue = QueueServiceClient.fromConnectionString(storage).getQueueClient('jobs');
    this.#inbox = BlobServiceClient.fromConnectionString(storage).getContainerClient('inbox');
  }

  async handIn(job: DemoJob): Promise<void> {
    if ('batchFile' in job) return this.#upload(job.batchFile.path, job.batchFile.content);
    const { door, envelope, blob } = job;
    if (blob) await this.#upload(blob.path, blob.content);
    await this.#send(door, envelope);
  }

  async #send(door: Door, envelope: { id: string }): Promise<void> {
    const text = JSON.stringify(envelope);
    switch (door) {
      case 'http':
        await this.#post('', text);
        return;
      case 'service-bus':
        return this.#bus.createSender('jobs').sendMessages({ body: envelope });
      case 'storage-queue':
        await this.#queue.sendMessage(text);
        return;
      case 'blob-drop':
        return this.#upload(`jobs/${envelope.id}.json`, text);
    }
  }

  /** @returns the job, once it is known. */
  async read(id: string): Promise<JobDocument | undefined> {
    const response = await fetch(`${this.#jobs}/${id}`);
    return response.ok ? ((await response.json()) as JobDocument) : undefined;
  }

  /** A dropped file names no id: its job has one that follows from its path and ETag. */
  async idOfOnly(kind: string): Promise<string | undefined> {
    const response = await expectOk(await fetch(`${this.#jobs}?kind=${kind}`));
    const { jobs } = (await response.json()) as { jobs: { id: string }[] };
    return jobs[0]?.id;
  }

  async cancel(id: string): Promise<void> {
    await this.#post(`/${id}/cancel`);
  }

  /** @returns the new job of the rows that failed and that a retry can help. */
  async retryRows(id: string): Promise<JobDocument> {
    const response = await this.#post(`/${id}/actions/retry-rows`);
    return (await response.json()) as JobDocument;
  }

  async close(): Promise<void> {
    await this.#bus.close();
  }

  async #post(path: string, body?: string): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    const request = body === undefined ? {} : { headers, body };
    return expectOk(await fetch(`${this.#jobs}${path}`, { method: 'POST', ...request }));
  }

  async #upload(path: string, text: string): Promise<void> {
    await this.#inbox.getBlockBlobClient(path).upload(text, Buffer.byteLength(text));
  }
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
}
