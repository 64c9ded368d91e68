import { isObject } from '../../../jobs/json.ts';
import { objectField, objectsField, textField, type JsonObject } from '../../json-fields.ts';
import { isoTimestamp } from '../../timestamps.ts';
import { normalStatus } from '../../upstream-status.ts';

/** The states of a batch (Azure OpenAI documentation: batch, and the batch object). */
const STATES = [
  'validating',
  'in_progress',
  'finalizing',
  'completed',
  'failed',
  'expired',
  'cancelling',
  'cancelled',
] as const;
export type BatchState = (typeof STATES)[number];

/** An upstream batch, read tolerantly. */
export interface BatchObject {
  id: string | undefined;
  /** Undefined for a state that is not known (yet). */
  state: BatchState | undefined;
  /** As upstream spells it. */
  status: string | undefined;
  /** ISO 8601. */
  createdAt: string | undefined;
  inputFileId: string | undefined;
  outputFileId: string | undefined;
  errorFileId: string | undefined;
  counts: RowCounts | undefined;
  /** Why upstream did not take the file. */
  faults: BatchFault[];
  metadata: JsonObject;
  /** Everything, as it came. */
  body: JsonObject;
}

export interface RowCounts {
  total: number;
  completed: number;
  failed: number;
}

/** One entry of `errors.data`. */
export interface BatchFault {
  /** Lower case. */
  code: string | undefined;
  message: string | undefined;
  /** 1 is the first line of the uploaded file. */
  line: number | undefined;
}

/** @returns undefined when it is no batch at all: neither an id nor a status. */
export function readBatch(body: unknown): BatchObject | undefined {
  if (!isObject(body)) return undefined;
  const id = textField(body, 'id');
  const status = textField(body, 'status');
  if (id === undefined && status === undefined) return undefined;
  return {
    id,
    state: stateOf(status),
    status,
    createdAt: isoTimestamp(body['created_at']),
    // An id that is null or "" is no id.
    inputFileId: textField(body, 'input_file_id'),
    outputFileId: textField(body, 'output_file_id'),
    errorFileId: textField(body, 'error_file_id'),
    counts: countsOf(objectField(body, 'request_counts')),
    faults: faultsOf(body),
    metadata: objectField(body, 'metadata'),
    body,
  };
}

function stateOf(status: string | undefined): BatchState | undefined {
  const normal = normalStatus(status);
  return STATES.find((state) => state === normal);
}

function countsOf(counts: JsonObject): RowCounts | undefined {
  const total = wholeNumber(counts['total']);
  if (total === undefined) return undefined;
  const completed = wholeNumber(counts['completed']) ?? 0;
  return { total, completed, failed: wholeNumber(counts['failed']) ?? 0 };
}

/** `errors` is an object with a list in `data`; a bare list is understood too. */
function faultsOf(body: JsonObject): BatchFault[] {
  const listed = Array.isArray(body['errors'])
    ? objectsField(body, 'errors')
    : objectsField(objectField(body, 'errors'), 'data');
  return listed.map((fault) => ({
    code: textField(fault, 'code')?.toLowerCase(),
    message: textField(fault, 'message'),
    line: wholeNumber(fault['line']),
  }));
}

/** Numbers have been seen as text in Azure's samples. */
function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0
    ? number
    : undefined;
}
