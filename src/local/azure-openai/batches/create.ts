import { jsonBody, type Answer, type Call } from '../call.ts';
import type { RouteContext } from '../routes.ts';
import type { Services } from '../services.ts';
import type { BatchesTable } from './batches-table.ts';
import { courseOf } from './course.ts';
import { parseBatchRequest, type BatchCreateRequest } from './create-request.ts';
import { enqueuedTokenLimit, estimatedTokens } from './enqueued-tokens.ts';
import { batchErrors, tokenLimitMessage } from './errors.ts';
import { wishedFailure } from './failures.ts';
import type { Input, Inputs } from './inputs.ts';
import { turnOf } from './order.ts';
import { batchResource } from './resource.ts';
import type { BatchError } from './row.ts';
import { newBatchId, orderShift, type StoredBatch } from './stored-batch.ts';
import { looksOf, type BatchWishes, type Failures } from './wishes.ts';

export const CREATE_ROUTE = 'POST /batches';

/**
 * Accepts a batch, or refuses it with an ApiError before anything is kept. One that validation
 * will fail is accepted all the same, and is not counted as paid for.
 */
export function createBatch(
  services: Services,
  table: BatchesTable,
  inputs: Inputs,
  call: Call,
  { wishes }: RouteContext<BatchWishes>,
): Answer {
  const request = parseBatchRequest(jsonBody(call));
  const input = inputs.read(call, request.input_file_id);
  const queue = queueFor(services, table, input, call.at, wishes);
  const settings = services.settings.read();
  const answer = wishes.tokenLimitExceeded ?? settings.tokenLimitAnswer;
  if (queue?.isFull && answer === 'refuse') {
    throw batchErrors.tokenLimitExceeded(queue.deployment, queue.limit);
  }

  const batch = batchOf(services, call, { request, input, wishes, queue });
  const kept = { batch, failing: failingTurns(batch, input) };
  table.add(kept, batch.errors.length > 0);
  if (batch.errors.length === 0) count(services, batch);
  return {
    status: settings.batchCreateStatus,
    headers: queueHeaders(queue, batch.tokens),
    json: batchResource(kept, call.at),
  };
}

/** The tokens that wait for a deployment. */
interface Queue {
  deployment: string;
  limit: number;
  enqueued: number;
  isFull: boolean;
}

/** `undefined` when the input names no deployment that there is. */
function queueFor(
  services: Services,
  table: BatchesTable,
  { file, survey }: Input,
  now: number,
  wishes: BatchWishes,
): Queue | undefined {
  const { deployment, errors } = survey;
  if (deployment === undefined || errors.length > 0) return undefined;
  const limit = enqueuedTokenLimit(services, deployment);
  const enqueued = table.enqueuedTokens(deployment, now);
  const isOver = enqueued + estimatedTokens(file.bytes) > limit;
  if (isOver) services.limits.noteRefusal(deployment, 'enqueuedTokens');
  return { deployment, limit, enqueued, isFull: isOver || wishes.tokenLimitExceeded !== undefined };
}

function queueHeaders(queue: Queue | undefined, tokens: number): Record<string, string> {
  if (queue === undefined) return {};
  return {
    'deployment-enqueued-tokens': String(queue.enqueued + tokens),
    'deployment-maximum-enqueued-tokens': String(queue.limit),
  };
}

interface Proposal {
  request: BatchCreateRequest;
  input: Input;
  wishes: BatchWishes;
  queue: Queue | undefined;
}

function batchOf(services: Services, { at }: Call, proposal: Proposal): StoredBatch {
  const { request, input, wishes } = proposal;
  const { file, survey } = input;
  const errors = errorsOf(proposal);
  const course = courseOf(
    {
      createdAt: at,
      rows: survey.rows,
      errors,
      durations: services.durations.of('batches'),
      batchesExpire: services.settings.read().batchesExpire,
    },
    wishes,
  );
  return {
    ...course,
    id: newBatchId(),
    endpoint: request.endpoint,
    inputFileId: file.id,
    inputSha256: file.sha256,
    deployment: survey.deployment ?? null,
    tokens: errors.length > 0 ? 0 : estimatedTokens(file.bytes),
    metadata: request.metadata ?? null,
    outputSeconds: request.output_expires_after?.seconds ?? null,
    ...(wishes.failures === undefined ? {} : { failures: wishes.failures }),
    listsUnfinished: wishes.listsUnfinished ?? false,
    looks: looksOf(wishes),
  };
}

/** What validation will find, or is wished to. */
function errorsOf({ input, wishes, queue }: Proposal): BatchError[] {
  if (wishes.validationErrors !== undefined) return wishes.validationErrors;
  if (!queue?.isFull) return input.survey.errors;
  const message = tokenLimitMessage(queue.deployment, queue.limit);
  return [{ code: 'token_limit_exceeded', message, param: null, line: null }];
}

/** The turns of the rows that will fail, for whichever reason, ascending. */
function failingTurns(
  { id, rows, errors, failures, inputSha256 }: StoredBatch,
  { survey }: Input,
): Uint32Array {
  if (errors.length > 0) return new Uint32Array();
  const places = new Set([
    ...survey.refused,
    ...wishedPlaces(survey.places, failures, inputSha256),
  ]);
  const shift = orderShift(id);
  return Uint32Array.from(places, (place) => turnOf(place, rows, shift)).sort();
}

function* wishedPlaces(
  places: ReadonlyMap<string, number>,
  failures: Failures | undefined,
  salt: string,
): Generator<number> {
  if (failures === undefined) return;
  for (const [customId, place] of places) {
    if (wishedFailure(failures, customId, salt) !== undefined) yield place;
  }
}

function count({ creates }: Services, batch: StoredBatch): void {
  creates.add({
    route: CREATE_ROUTE,
    requestHash: batch.inputSha256,
    deployment: batch.deployment ?? '',
    tokens: batch.tokens,
    at: batch.createdAt,
  });
}
