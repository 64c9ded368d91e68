import type { ContainerClient } from '@azure/storage-blob';
import type { JobDocument } from '../jobs/job.ts';
import type { JobState } from '../workflow/ports.ts';
import { deleteAll, deleteBlob, putJson, readJson } from './blob-files.ts';
import { stateFolder } from './state-folder.ts';

type Request = Record<string, unknown>;

/**
 * The `state` container: `{id}/requests/{hash}.json` while a job may need its request with the
 * secrets in it, `{id}/request.json` without them, `{id}/job.json` and `{id}/plan.json`. What
 * belongs to a part lies in `{parent}/parts/{number}/`.
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

  deleteRequests(id: string): Promise<void> {
    return deleteAll(this.#container, `${stateFolder(id)}/requests/`);
  }

  putSealedRequest(id: string, redacted: Request): Promise<void> {
    return putJson(this.#file(sealedName(id)), redacted);
  }

  readSealedRequest(id: string): Promise<Request | undefined> {
    return readJson(this.#file(sealedName(id)));
  }

  putDocument(document: JobDocument): Promise<void> {
    return putJson(this.#file(`${stateFolder(document.id)}/job.json`), document);
  }

  putPlan(id: string, plan: unknown): Promise<void> {
    return putJson(this.#file(planName(id)), plan);
  }

  readPlan(id: string): Promise<unknown> {
    return readJson(this.#file(planName(id)));
  }

  remove(id: string): Promise<void> {
    return deleteAll(this.#container, `${stateFolder(id)}/`);
  }

  #file(name: string) {
    return this.#container.getBlockBlobClient(name);
  }
}

const requestName = (id: string, hash: string) => `${stateFolder(id)}/requests/${hash}.json`;
const sealedName = (id: string) => `${stateFolder(id)}/request.json`;
const planName = (id: string) => `${stateFolder(id)}/plan.json`;
