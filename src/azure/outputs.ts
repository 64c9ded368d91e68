import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { JOB_ID } from '../jobs/identity.ts';
import { isOutputName, MANIFEST_NAME, type Manifest } from '../jobs/manifest.ts';
import type { OutputWriter } from '../kinds/kind.ts';
import type { ByteRange, OutputContent, Outputs } from '../workflow/ports.ts';
import { deleteAll, putJson, readJson } from './blob-files.ts';
import { partOf } from './byte-range.ts';
import { BlobOutputWriter } from './output-writer.ts';
import { partNamed, partOutputsFolder } from './state-folder.ts';
import { storageCall, unlessStatus } from './storage-errors.ts';

const NOT_FOUND = 404;
const PRECONDITION_FAILED = 412;

/** How often a cut download is taken up again where it was cut. */
const RESUMES = 5;

/** Where the files of one job lie. */
interface Place {
  container: ContainerClient;
  folder: string;
}

/** The `outputs` container: `{jobId}/{name}`. The files of parts lie in the `state` container. */
export class BlobOutputs implements Outputs {
  readonly #outputs: ContainerClient;
  readonly #state: ContainerClient;

  constructor(outputs: ContainerClient, state: ContainerClient) {
    this.#outputs = outputs;
    this.#state = state;
  }

  writer(jobId: string): OutputWriter {
    const { container, folder } = this.#place(jobId);
    return new BlobOutputWriter(container, folder);
  }

  writeManifest(manifest: Manifest): Promise<void> {
    return putJson(this.#blob(manifest.jobId, MANIFEST_NAME), manifest);
  }

  readManifest(jobId: string): Promise<Manifest | undefined> {
    return readJson(this.#blob(jobId, MANIFEST_NAME));
  }

  async read(jobId: string, name: string, range?: ByteRange): Promise<OutputContent | undefined> {
    if (!(JOB_ID.test(jobId) || partNamed(jobId)) || !isOutputName(name)) return undefined;
    const blob = this.#blob(jobId, name);
    for (;;) {
      const content = await unlessStatus(open(blob, range), [NOT_FOUND], undefined);
      if (content !== 'changed') return content;
    }
  }

  url(jobId: string, name: string): string {
    return this.#blob(jobId, name).url;
  }

  async removePart(partId: string): Promise<void> {
    if (!partNamed(partId)) throw new Error(`"${partId}" is not the id of a part`);
    await deleteAll(this.#state, `${partOutputsFolder(partId)}/`);
  }

  #place(jobId: string): Place {
    return partNamed(jobId)
      ? { container: this.#state, folder: partOutputsFolder(jobId) }
      : { container: this.#outputs, folder: jobId };
  }

  #blob(jobId: string, name: string): BlockBlobClient {
    const { container, folder } = this.#place(jobId);
    return container.getBlockBlobClient(`${folder}/${name}`);
  }
}

async function open(
  blob: BlockBlobClient,
  range: ByteRange | undefined,
): Promise<OutputContent | 'changed'> {
  const properties = await storageCall((abortSignal) => blob.getProperties({ abortSignal }));
  const { contentLength: totalBytes = 0, contentType = '', etag = '' } = properties;
  const { start, length } = partOf(range, totalBytes);
  const stream = length === 0 ? emptyStream() : await download(blob, start, length, etag);
  if (stream === 'changed') return 'changed';
  return { stream, contentType, bytes: length, totalBytes, start, etag };
}

/** @returns `changed` when the file was written anew since its ETag was read. */
async function download(
  blob: BlockBlobClient,
  start: number,
  length: number,
  ifMatch: string,
): Promise<AsyncIterable<Uint8Array> | 'changed'> {
  const response = storageCall((abortSignal) =>
    blob.download(start, length, {
      conditions: { ifMatch },
      maxRetryRequests: RESUMES,
      abortSignal,
    }),
  );
  const answer = await unlessStatus(response, [PRECONDITION_FAILED], 'changed' as const);
  if (answer === 'changed') return 'changed';
  return (answer.readableStreamBody ?? emptyStream()) as AsyncIterable<Uint8Array>;
}

/** Storage refuses to give a range of an empty file. */
async function* emptyStream(): AsyncGenerator<Uint8Array> {}
