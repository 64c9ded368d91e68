import type { ContainerClient } from '@azure/storage-blob';
import type { JobDocument } from '../jobs/job.ts';
import type { JobState } from '../workflow/ports.ts';
import { deleteAll, deleteBlob, putJson, readJson } from './blob-files.ts';

type Request = Record<string, unknown>;

/**
 * The `state` container: `{id}/requests/{hash}.json` while a job may need its request with the
 * secrets in it, `{id}/request.json` without them, and `{id}/job.json`.
 */
export class BlobJobState implements JobState {
  readonly #container: ContainerClient;

  constructor(container: ContainerClient) {
    this.#container = container;
  }

  putRequest(id: string, hash: string, request: Request): Promise<void> {
    return putJson(this.#file(requestName(id, hash)), request);
  }

  readRequest(id: string, hash: string): Promise<Request | undefined> {
    return readJson(this.#file(requestName(id, hash)));
  }

  deleteRequest(id: string, hash: string): Promise<void> {
    return deleteBlob(this.#file(requestName(id, hash)));
  }

  async sealRequest(id: string, redacted: Request | undefined): Promise<void> {
    if (redacted !== undefined) await putJson(this.#file(`${id}/request.json`), redacted);
    await deleteAll(this.#container, `${id}/requests/`);
  }

  putDocument(document: JobDocument): Promise<void> {
    return putJson(this.#file(`${document.id}/job.json`), document);
  }

  remove(id: string): Promise<void> {
    return deleteAll(this.#container, `${id}/`);
  }

  #file(name: string) {
    return this.#container.getBlockBlobClient(name);
  }
}

const requestName = (id: string, hash: string) => `${id}/requests/${hash}.json`;
