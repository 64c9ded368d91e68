import type { JobDocument } from '../../../src/jobs/job.ts';
import type { JobState } from '../../../src/workflow/ports.ts';
import type { Around } from './around.ts';

/** The `state` container: text by path. */
export type Files = Map<string, string>;

type Request = Record<string, unknown>;

/** The `state` container in memory. */
export class MemoryJobState implements JobState {
  readonly #files: Files;
  readonly #around: Around;

  constructor(files: Files, around: Around) {
    this.#files = files;
    this.#around = around;
  }

  async putRequest(id: string, hash: string, request: Request): Promise<void> {
    await this.#put('state.putRequest', requestPath(id, hash), request);
  }

  readRequest(id: string, hash: string): Promise<Request | undefined> {
    return this.#around('state.readRequest', () => {
      const text = this.#files.get(requestPath(id, hash));
      return text === undefined ? undefined : (JSON.parse(text) as Request);
    });
  }

  async deleteRequest(id: string, hash: string): Promise<void> {
    await this.#around('state.deleteRequest', () => this.#files.delete(requestPath(id, hash)));
  }

  async sealRequest(id: string, redacted: Request | undefined): Promise<void> {
    if (redacted) await this.#put('state.putRedacted', `${id}/request.json`, redacted);
    await this.#deleteAll('state.deleteRequests', `${id}/requests/`);
  }

  async putDocument(document: JobDocument): Promise<void> {
    await this.#put('state.putDocument', `${document.id}/job.json`, document);
  }

  async remove(id: string): Promise<void> {
    await this.#deleteAll('state.remove', `${id}/`);
  }

  async #put(operation: string, path: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    await this.#around(operation, () => this.#files.set(path, text));
  }

  async #deleteAll(operation: string, prefix: string): Promise<void> {
    await this.#around(operation, () => {
      for (const path of this.#files.keys()) if (path.startsWith(prefix)) this.#files.delete(path);
    });
  }
}

const requestPath = (id: string, hash: string) => `${id}/requests/${hash}.json`;
