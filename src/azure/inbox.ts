import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { LonghaulError } from '../jobs/errors.ts';
import type { BlobFacts, Inbox } from '../workflow/ports.ts';
import { readBlob } from './blob-reader.ts';
import { uploadBlocks } from './block-upload.ts';
import { bareEtag, quotedEtag } from './etag.ts';
import { inboxBlobName } from './inbox-path.ts';
import { statusOf, storageCall, TRANSFER_LIMIT, unlessStatus } from './storage-errors.ts';

const NOT_FOUND = 404;
const CONFLICT = 409;
const PRECONDITION_FAILED = 412;

/** The blobs that callers name. ETags go out bare and are taken bare or quoted. */
export class BlobInbox implements Inbox {
  readonly #container: ContainerClient;

  constructor(container: ContainerClient) {
    this.#container = container;
  }

  async stat(path: string): Promise<BlobFacts | undefined> {
    const blob = this.#blob(path);
    const properties = await unlessStatus(
      storageCall((abortSignal) => blob.getProperties({ abortSignal })),
      [NOT_FOUND],
      undefined,
    );
    if (properties === undefined) return undefined;
    const { etag, contentLength: bytes = 0, contentType = '' } = properties;
    return { etag: bareEtag(etag), bytes, contentType };
  }

  async *open(
    path: string,
    etag: string,
    range?: { start: number; end: number },
  ): AsyncGenerator<Uint8Array> {
    try {
      yield* readBlob(this.#blob(path), quotedEtag(etag), range);
    } catch (error) {
      throw isAnother(error) ? changed(path) : error;
    }
  }

  async put(
    path: string,
    content: AsyncIterable<Uint8Array>,
    contentType: string,
  ): Promise<string> {
    if ((await this.stat(path)) === undefined) {
      const upload = uploadBlocks(this.#blob(path), content, contentType, true);
      await unlessStatus(upload, [CONFLICT, PRECONDITION_FAILED], undefined);
    }
    const stored = await this.stat(path);
    if (stored) return stored.etag;
    throw new LonghaulError('storage-unavailable', `The blob ${path} was just deleted; try again.`);
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

function isAnother(error: unknown): boolean {
  const status = statusOf(error);
  return status === NOT_FOUND || status === PRECONDITION_FAILED;
}

function changed(path: string): LonghaulError {
  return new LonghaulError(
    'input-changed',
    `The blob ${path} was deleted or changed after the job was accepted. Send a new job for the new content.`,
  );
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
