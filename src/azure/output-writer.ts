import { createHash } from 'node:crypto';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { isOutputName, type OutputFile } from '../jobs/manifest.ts';
import type { OutputWriter } from '../kinds/kind.ts';
import { putBytes } from './blob-files.ts';
import { uploadBlocks, type UploadedFile } from './block-upload.ts';

type Content = Parameters<OutputWriter['write']>[1];

/** Writes the files of one job to `{folder}/{name}`. */
export class BlobOutputWriter implements OutputWriter {
  readonly #container: ContainerClient;
  readonly #folder: string;

  constructor(container: ContainerClient, folder: string) {
    this.#container = container;
    this.#folder = folder;
  }

  async write(name: string, content: Content, contentType: string): Promise<OutputFile> {
    if (!isOutputName(name)) throw new Error(`"${name}" cannot be the name of an output file`);
    const blob = this.#container.getBlockBlobClient(`${this.#folder}/${name}`);
    const written = isWhole(content)
      ? await writeWhole(blob, Buffer.from(content), contentType)
      : await uploadBlocks(blob, content, contentType);
    return { name, ...written, contentType };
  }
}

function isWhole(content: Content): content is string | Uint8Array {
  return typeof content === 'string' || content instanceof Uint8Array;
}

async function writeWhole(
  blob: BlockBlobClient,
  bytes: Buffer,
  contentType: string,
): Promise<UploadedFile> {
  await putBytes(blob, bytes, contentType);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
