import { createHash, randomUUID, type Hash } from 'node:crypto';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { isOutputName, type OutputFile } from '../jobs/manifest.ts';
import type { OutputWriter } from '../kinds/kind.ts';
import { putBytes } from './blob-files.ts';
import { blocksOf } from './blocks.ts';
import { storageCall, TRANSFER_LIMIT } from './storage-errors.ts';

/** Bytes held in memory; 50,000 blocks of this size make 190 GiB, the most that a file may have. */
const BLOCK_SIZE = 4 * 1024 * 1024;

type Content = Parameters<OutputWriter['write']>[1];

/** Writes the files of one job to `{jobId}/{name}`. */
export class BlobOutputWriter implements OutputWriter {
  readonly #container: ContainerClient;
  readonly #jobId: string;

  constructor(container: ContainerClient, jobId: string) {
    this.#container = container;
    this.#jobId = jobId;
  }

  async write(name: string, content: Content, contentType: string): Promise<OutputFile> {
    if (!isOutputName(name)) throw new Error(`"${name}" cannot be the name of an output file`);
    const blob = this.#container.getBlockBlobClient(`${this.#jobId}/${name}`);
    const written = isWhole(content)
      ? await writeWhole(blob, Buffer.from(content), contentType)
      : await writeBlocks(blob, content, contentType);
    return { name, ...written, contentType };
  }
}

function isWhole(content: Content): content is string | Uint8Array {
  return typeof content === 'string' || content instanceof Uint8Array;
}

async function writeWhole(blob: BlockBlobClient, bytes: Buffer, contentType: string) {
  await putBytes(blob, bytes, contentType);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Stages block after block and commits them last: until then the file is the one that was there
 * before, or none.
 */
async function writeBlocks(
  blob: BlockBlobClient,
  content: AsyncIterable<Uint8Array>,
  contentType: string,
) {
  const hash = createHash('sha256');
  const { ids, bytes } = await stageBlocks(blob, content, hash);
  const blobHTTPHeaders = { blobContentType: contentType };
  await storageCall(
    (abortSignal) => blob.commitBlockList(ids, { blobHTTPHeaders, abortSignal }),
    TRANSFER_LIMIT,
  );
  return { bytes, sha256: hash.digest('hex') };
}

async function stageBlocks(blob: BlockBlobClient, content: AsyncIterable<Uint8Array>, hash: Hash) {
  // Another run may be writing the same file: its blocks must not be taken for ours.
  const run = randomUUID();
  const ids: string[] = [];
  let bytes = 0;
  for await (const block of blocksOf(content, BLOCK_SIZE)) {
    const id = blockId(run, ids.length);
    await storageCall(
      (abortSignal) => blob.stageBlock(id, block, block.length, { abortSignal }),
      TRANSFER_LIMIT,
    );
    hash.update(block);
    bytes += block.length;
    ids.push(id);
  }
  return { ids, bytes };
}

/** All block ids of a blob must have the same length. */
function blockId(run: string, index: number): string {
  return Buffer.from(`${run}-${String(index).padStart(5, '0')}`).toString('base64');
}
