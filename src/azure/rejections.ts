import type { ContainerClient } from '@azure/storage-blob';
import type { Rejection, Rejections } from '../workflow/ports.ts';
import { JSON_TYPE, putBytes, readJson } from './blob-files.ts';
import { unlessStatus } from './storage-errors.ts';

/** Folders are allowed, a way out of them is not. */
const NAME = /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

const CONFLICT = 409;

/** The `rejected` container. */
export class BlobRejections implements Rejections {
  readonly #container: ContainerClient;

  constructor(container: ContainerClient) {
    this.#container = container;
  }

  async putOnce(
    name: string,
    rejection: Rejection,
  ): Promise<{ rejection: Rejection; url: string }> {
    if (!NAME.test(name)) throw new Error(`"${name}" cannot be the name of a rejection`);
    const blob = this.#container.getBlockBlobClient(name);
    const bytes = Buffer.from(JSON.stringify(rejection));
    await unlessStatus(putBytes(blob, bytes, JSON_TYPE, true), [CONFLICT], undefined);
    return { rejection: (await readJson<Rejection>(blob)) ?? rejection, url: blob.url };
  }
}
