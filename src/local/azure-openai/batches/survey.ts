import { setImmediate } from 'node:timers/promises';
import { ApiError } from '../errors.ts';
import type { Deployments } from '../models.ts';
import { familyOf } from './endpoint.ts';
import { inputLines, type InputLine } from './input-lines.ts';
import { acceptRow } from './row-answer.ts';
import { invalidRequest, readRow, type BatchError, type Row } from './row.ts';

/** What the validation of an input file found. */
export interface Survey {
  rows: number;
  /** The deployment of its rows, when there is one. */
  deployment?: string;
  errors: BatchError[];
  /** Where each row stands, from 0, by its `custom_id`. */
  places: ReadonlyMap<string, number>;
  /** The places of rows that the model will refuse. */
  refused: number[];
}

export interface SurveyTerms {
  endpoint: string;
  deployments: Deployments;
  /** How many rows there may be. */
  rowLimit: number;
}

/** Azure's number is not known; a list of a hundred thousand would help nobody. */
const MOST_ERRORS = 100;

/** Other calls are answered in between. */
const ROWS_AT_A_TIME = 500;

/**
 * Reads an input file from end to end, one line at a time, and checks it as strictly as the
 * documents describe.
 */
export async function surveyInput(path: string, terms: SurveyTerms): Promise<Survey> {
  const surveyor = new Surveyor(terms);
  for await (const line of inputLines(path)) {
    if (!surveyor.look(line)) break;
    if (line.number % ROWS_AT_A_TIME === 0) await setImmediate();
  }
  return surveyor.survey();
}

class Surveyor {
  readonly #terms: SurveyTerms;
  readonly #errors: BatchError[] = [];
  readonly #places = new Map<string, number>();
  readonly #refused: number[] = [];
  #rows = 0;
  #onlyBlank = true;
  #first: { deployment: string; url: string } | undefined;

  constructor(terms: SurveyTerms) {
    this.#terms = terms;
  }

  /** @returns whether the next line is worth a look. */
  look(line: InputLine): boolean {
    this.#rows += 1;
    this.#onlyBlank &&= isBlank(line);
    if (this.#rows > this.#terms.rowLimit) {
      this.#errors.push(tooManyTasks(this.#terms.rowLimit));
      return false;
    }
    this.#check(line);
    return this.#errors.length < MOST_ERRORS;
  }

  survey(): Survey {
    const base = { rows: this.#rows, places: this.#places, refused: this.#refused };
    const deployment = this.#first?.deployment;
    const errors = this.#onlyBlank ? [nothingToDo(this.#rows)] : this.#errors;
    return { ...base, errors, ...(deployment === undefined ? {} : { deployment }) };
  }

  #check(line: InputLine): void {
    const read = readRow(line);
    if ('error' in read) {
      this.#errors.push(read.error);
      return;
    }
    const errors = [...this.#rowErrors(read.row, line.number)];
    this.#errors.push(...errors);
    if (errors.length === 0) this.#note(read.row);
  }

  *#rowErrors(row: Row, line: number): Generator<BatchError> {
    if (this.#places.has(row.custom_id)) yield duplicate(row.custom_id, line);
    this.#places.set(row.custom_id, this.#rows - 1);
    if (this.#first === undefined) yield* this.#deploymentErrors(row.body.model, line);
    const first = (this.#first ??= { deployment: row.body.model, url: row.url });
    const sameFamily = familyOf(row.url) === familyOf(this.#terms.endpoint);
    if (!sameFamily || row.url !== first.url) yield urlMismatch(row.url, line);
    if (row.body.model !== first.deployment) yield modelMismatch(first.deployment, line);
  }

  *#deploymentErrors(deployment: string, line: number): Generator<BatchError> {
    try {
      const model = this.#terms.deployments.modelOf(deployment);
      if (model.kind !== 'text') {
        yield invalidRequest(line, 'body.model', `The deployment is no globalbatch deployment.`);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      yield modelNotFound(deployment, line);
    }
  }

  #note(row: Row): void {
    try {
      acceptRow(row, this.#terms.deployments);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refused.push(this.#rows - 1);
    }
  }
}

function isBlank({ bytes }: InputLine): boolean {
  return bytes !== undefined && /^\s*$/.test(bytes.subarray(0, 1024).toString('latin1'));
}

function nothingToDo(lines: number): BatchError {
  return {
    code: lines === 0 ? 'empty_file' : 'empty_batch',
    message: 'The input file is empty. Please ensure that the batch contains at least one request.',
    param: null,
    line: null,
  };
}

function tooManyTasks(limit: number): BatchError {
  const message = `The number of requests in the input file exceeds the maximum of ${limit}.`;
  return { code: 'too_many_tasks', message, param: null, line: null };
}

function duplicate(customId: string, line: number): BatchError {
  const message = `The custom_id '${customId}' for this request is a duplicate of another request. The custom_id parameter must be unique for each request in a batch.`;
  return { code: 'duplicate_custom_id', message, param: 'custom_id', line };
}

function urlMismatch(url: string, line: number): BatchError {
  const message = `The URL '${url}' provided for this request does not match the batch endpoint, or the URLs of the other requests.`;
  return { code: 'url_mismatch', message, param: 'url', line };
}

function modelMismatch(expected: string, line: number): BatchError {
  const message = `The provided model does not match that of the other requests, '${expected}'. A batch must use one deployment.`;
  return { code: 'model_mismatch', message, param: 'body.model', line };
}

function modelNotFound(deployment: string, line: number): BatchError {
  const message = `The provided model '${deployment}' is not supported, or its deployment was not found.`;
  return { code: 'model_not_found', message, param: 'body.model', line };
}
