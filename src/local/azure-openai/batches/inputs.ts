import type { Call } from '../call.ts';
import type { FilesTable } from '../files/files-table.ts';
import { isProcessed, type StoredFile } from '../files/stored-file.ts';
import type { Services } from '../services.ts';
import { batchErrors } from './errors.ts';
import { surveyInput, type Survey } from './survey.ts';

/** The input of a batch that is about to be created, and what its validation will find. */
export interface Input {
  file: StoredFile;
  survey: Survey;
}

/**
 * Reads input files before a create is decided: that takes seconds for a large one, and the
 * decision itself must not wait.
 */
export class Inputs {
  readonly #services: Services;
  readonly #files: FilesTable;
  readonly #read = new WeakMap<Call, Input>();

  constructor(services: Services, files: FilesTable) {
    this.#services = services;
    this.#files = files;
  }

  /** Does nothing when the call is going to be refused anyway. */
  async prepare(call: Call): Promise<void> {
    const { input_file_id: id, endpoint } = looselyRead(call);
    if (typeof id !== 'string' || typeof endpoint !== 'string') return;
    const file = this.#files.find(id, call.at);
    if (file === undefined || refusalOf(file, call.at) !== undefined) return;
    const { contents, deployments, settings } = this.#services;
    const terms = { endpoint, deployments, rowLimit: settings.read().batchRows };
    this.#read.set(call, { file, survey: await surveyInput(contents.pathOf(id), terms) });
  }

  /** What was read for a call. */
  of(call: Call): Input | undefined {
    return this.#read.get(call);
  }

  /** @throws ApiError 400 when there is no such file that a batch could read. */
  read(call: Call, id: string): Input {
    const file = this.#files.find(id, call.at);
    if (file === undefined) throw batchErrors.inputNotFound(id);
    const refusal = refusalOf(file, call.at);
    if (refusal !== undefined) throw refusal;
    const input = this.#read.get(call);
    if (input === undefined) throw batchErrors.inputNotProcessed(id);
    return input;
  }
}

function refusalOf(file: StoredFile, now: number) {
  if (file.purpose !== 'batch') return batchErrors.inputPurpose(file.purpose);
  return isProcessed(file, now) ? undefined : batchErrors.inputNotProcessed(file.id);
}

function looselyRead({ body }: Call): Record<string, unknown> {
  try {
    return Object(JSON.parse(body.toString('utf8')));
  } catch {
    return {};
  }
}
