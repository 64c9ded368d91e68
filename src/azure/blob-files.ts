import { buffer } from 'node:stream/consumers';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { storageCall, TRANSFER_LIMIT, unlessStatus } from './storage-errors.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';
const NOT_FOUND = 404;

/** Writes a JSON file, over the one that is there. */
export async function putJson(blob: BlockBlobClient, value: unknown): Promise<void> {
  await putBytes(blob, Buffer.from(JSON.stringify(value)), JSON_TYPE);
}

/** Writes a file in one request, over the one that is there. */
export async function putBytes(
  blob: BlockBlobClient,
  bytes: Buffer,
  contentType: string,
  onlyIfAbsent = false,
): Promise<void> {
  await storageCall(
    (abortSignal) =>
      blob.upload(bytes, bytes.length, {
        blobHTTPHeaders: { blobContentType: contentType },
        ...(onlyIfAbsent ? { conditions: { ifNoneMatch: '*' } } : {}),
        abortSignal,
      }),
    TRANSFER_LIMIT,
  );
}

/** @returns undefined when there is no such file. The caller knows its type, since it wrote it. */
export async function readJson<T>(blob: BlockBlobClient): Promise<T | undefined> {
  const read = storageCall(async (abortSignal) => {
    // The SDK's own way into a buffer asks for the length first, which is a call more.
    const { readableStreamBody } = await blob.download(0, undefined, { abortSignal });
    return readableStreamBody && buffer(readableStreamBody);
  }, TRANSFER_LIMIT);
  const bytes = await unlessStatus(read, [NOT_FOUND], undefined);
  return bytes && (JSON.parse(bytes.toString('utf8')) as T);
}

/** Deletes the file if it is there. */
export async function deleteBlob(blob: BlockBlobClient): Promise<void> {
  await storageCall((abortSignal) => blob.deleteIfExists({ abortSignal }));
}

/** Deletes every file whose name begins with `prefix`. */
export async function deleteAll(container: ContainerClient, prefix: string): Promise<void> {
  const names = await storageCall(async (abortSignal) => {
    const found: string[] = [];
    for await (const { name } of container.listBlobsFlat({ prefix, abortSignal })) found.push(name);
    return found;
  });
  for (const name of names) await deleteBlob(container.getBlockBlobClient(name));
}
