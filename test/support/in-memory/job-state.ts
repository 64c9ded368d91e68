import { stateFolder } from '../../../src/azure/state-folder.ts';
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

  async deleteRequests(id: string): Promise<void> {
    await this.#deleteAll('state.deleteRequests', `${stateFolder(id)}/requests/`);
  }

  async putSealedRequest(id: string, redacted: Request): Promise<void> {
    await this.#put('state.putRedacted', `${stateFolder(id)}/request.json`, redacted);
  }

  readSealedRequest(id: string): Promise<Request | undefined> {
    return this.#around('state.readSealed', () => {
      const text = this.#files.get(`${stateFolder(id)}/request.json`);
      return text === undefined ? undefined : (JSON.parse(text) as Request);
    });
  }

  async putDocument(document: JobDocument): Promise<void> {
    await this.#put('state.putDocument', `${stateFolder(document.id)}/job.json`, document);
  }

  async remove(id: string): Promise<void> {
    await this.#deleteAll('state.remove', `${stateFolder(id)}/`);
  }

  async putPlan(id: string, plan: unknown): Promise<void> {
    await this.#put('state.putPlan', planPath(id), plan);
  }

  readPlan(id: string): Promise<unknown> {
    return this.#around('state.readPlan', () => {
      const text = this.#files.get(planPath(id));
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    });
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

const requestPath = (id: string, hash: string) => `${stateFolder(id)}/requests/${hash}.json`;
const planPath = (id: string) => `${stateFolder(id)}/plan.json`;
