import { buffer } from 'node:stream/consumers';
import { BlobServiceClient } from '@azure/storage-blob';

/** Reads the blobs of a stack. */
export class BlobStore {
  readonly #service: BlobServiceClient;

  constructor(connectionString: string) {
    this.#service = BlobServiceClient.fromConnectionString(connectionString);
  }

  /** @param url as events and job documents give it. */
  async at(url: string): Promise<Buffer> {
    const [, , container = '', ...name] = new URL(url).pathname.split('/');
    return this.read(container, decodeURIComponent(name.join('/')));
  }

  /** In one request: between two, the blob may become another. */
  async read(container: string, name: string): Promise<Buffer> {
    const blob = this.#service.getContainerClient(container).getBlobClient(name);
    const { readableStreamBody } = await blob.download();
    return readableStreamBody ? buffer(readableStreamBody) : Buffer.alloc(0);
  }

  /** @param path `container/name`. */
  named(path: string): Promise<Buffer> {
    const [container = '', ...name] = path.split('/');
    return this.read(container, name.join('/'));
  }

  /** Every blob there is, as `container/name`. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name: container } of this.#service.listContainers()) {
      const blobs = this.#service.getContainerClient(container).listBlobsFlat();
      for await (const { name } of blobs) names.push(`${container}/${name}`);
    }
    return names;
  }
}
