import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { Inbox } from '../workflow/ports.ts';
import { bareEtag, quotedEtag } from './etag.ts';
import { inboxBlobName } from './inbox-path.ts';
import { storageCall, TRANSFER_LIMIT, unlessStatus } from './storage-errors.ts';

const NOT_FOUND = 404;
const PRECONDITION_FAILED = 412;

/** The blobs that callers name. ETags go out bare and are taken bare or quoted. */
export class BlobInbox implements Inbox {
  readonly #container: ContainerClient;

  constructor(container: ContainerClient) {
    this.#container = container;
  }

  async stat(path: string): Promise<{ etag: string; bytes: number } | undefined> {
    const blob = this.#blob(path);
    const properties = await unlessStatus(
      storageCall((abortSignal) => blob.getProperties({ abortSignal })),
      [NOT_FOUND],
      undefined,
    );
    if (properties === undefined) return undefined;
    return { etag: bareEtag(properties.etag), bytes: properties.contentLength ?? 0 };
  }

  read(path: string, etag: string, limit: number): Promise<Uint8Array | 'too-large' | undefined> {
    const blob = this.#blob(path);
    const read = storageCall(
      (abortSignal) => readWithin(blob, quotedEtag(etag), limit, abortSignal),
      TRANSFER_LIMIT,
    );
    return unlessStatus(read, [NOT_FOUND, PRECONDITION_FAILED], undefined);
  }

  async remove(path: string, etag: string): Promise<void> {
    const blob = this.#blob(path);
    const conditions = { ifMatch: quotedEtag(etag) };
    await unlessStatus(
      storageCall((abortSignal) => blob.delete({ conditions, abortSignal })),
      [NOT_FOUND, PRECONDITION_FAILED],
      undefined,
    );
  }

  #blob(path: string): BlockBlobClient {
    const name = inboxBlobName(path, this.#container.containerName);
    return this.#container.getBlockBlobClient(name);
  }
}

async function readWithin(
  blob: BlockBlobClient,
  ifMatch: string,
  limit: number,
  abortSignal: AbortSignal,
): Promise<Uint8Array | 'too-large'> {
  const { contentLength = 0 } = await blob.getProperties({ conditions: { ifMatch }, abortSignal });
  if (contentLength > limit) return 'too-large';
  return blob.downloadToBuffer(0, undefined, { conditions: { ifMatch }, abortSignal });
}
