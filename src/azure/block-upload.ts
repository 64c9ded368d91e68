import { createHash, randomUUID } from 'node:crypto';
import type { BlockBlobClient } from '@azure/storage-blob';
import { BlockBuffers, blocksOf } from './blocks.ts';
import { Lanes } from './lanes.ts';
import { storageCall, TRANSFER_LIMIT } from './storage-errors.ts';

/**
 * Bytes; 50,000 blocks of this size make 48 GiB, the most that a file may have. Measured with
 * `npm run bench -- --only "video download"`: larger blocks take more memory and are no faster.
 */
const BLOCK_SIZE = 1024 * 1024;

/** Blocks on their way to storage at once; with the one that is being filled, all that is held. */
const BLOCKS_AT_ONCE = 5;

export interface UploadedFile {
  bytes: number;
  /** 64 lower-case hex digits. */
  sha256: string;
}

/**
 * Stages block after block and commits them last: until then the file is the one that was there
 * before, or none.
 *
 * @param onlyIfAbsent a file that is there by then stays, and the commit fails with 409.
 */
export async function uploadBlocks(
  blob: BlockBlobClient,
  content: AsyncIterable<Uint8Array>,
  contentType: string,
  onlyIfAbsent = false,
): Promise<UploadedFile> {
  const { ids, ...file } = await stageBlocks(blob, content);
  await storageCall(
    (abortSignal) =>
      blob.commitBlockList(ids, {
        blobHTTPHeaders: { blobContentType: contentType },
        ...(onlyIfAbsent ? { conditions: { ifNoneMatch: '*' } } : {}),
        abortSignal,
      }),
    TRANSFER_LIMIT,
  );
  return file;
}

async function stageBlocks(
  blob: BlockBlobClient,
  content: AsyncIterable<Uint8Array>,
): Promise<UploadedFile & { ids: string[] }> {
  const hash = createHash('sha256');
  // Another run may be writing the same file: its blocks must not be taken for ours.
  const run = randomUUID();
  const lanes = new Lanes(BLOCKS_AT_ONCE);
  const buffers = new BlockBuffers(BLOCK_SIZE);
  const ids: string[] = [];
  let bytes = 0;
  try {
    for await (const block of blocksOf(content, buffers)) {
      const id = blockId(run, ids.length);
      hash.update(block);
      await lanes.begin(async () => {
        await stage(blob, id, block);
        buffers.give(block);
      });
      bytes += block.length;
      ids.push(id);
    }
    await lanes.done();
  } finally {
    await lanes.settled();
  }
  return { ids, bytes, sha256: hash.digest('hex') };
}

function stage(blob: BlockBlobClient, id: string, block: Buffer): Promise<unknown> {
  return storageCall(
    (abortSignal) => blob.stageBlock(id, block, block.length, { abortSignal }),
    TRANSFER_LIMIT,
  );
}

/** All block ids of a blob must have the same length. */
function blockId(run: string, index: number): string {
  return Buffer.from(`${run}-${String(index).padStart(5, '0')}`).toString('base64');
}
