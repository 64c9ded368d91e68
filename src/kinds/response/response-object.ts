import { isObject } from '../../jobs/json.ts';
import { objectField, objectsField, textField, type JsonObject } from '../json-fields.ts';
import type { Usage } from '../kind.ts';
import { isoTimestamp } from '../timestamps.ts';
import { errorFields, type UpstreamError } from '../upstream-error.ts';
import { normalStatus } from '../upstream-status.ts';

/** The states of a response (Responses API reference: the response object). */
const STATES = ['queued', 'in_progress', 'completed', 'failed', 'incomplete', 'cancelled'] as const;
export type State = (typeof STATES)[number];

/** A response as upstream holds it, read tolerantly. */
export interface ResponseObject {
  id: string | undefined;
  /** Undefined for a state that is not known (yet). */
  state: State | undefined;
  /** As upstream spells it. */
  status: string | undefined;
  createdAt: string | undefined;
  expiresAt: string | undefined;
  error: Pick<UpstreamError, 'code' | 'innerCode' | 'message'>;
  incompleteReason: string | undefined;
  output: JsonObject[];
  usage: Usage | undefined;
  /** Everything, as it came. */
  body: JsonObject;
}

/**
 * Reads a response object. A missing status is work in progress, for the published schema does not
 * require one; `null` may stand for any field while the work runs.
 *
 * @returns undefined when it is no response object at all: neither an id nor a status.
 */
export function readResponse(body: unknown): ResponseObject | undefined {
  if (!isObject(body)) return undefined;
  const id = textField(body, 'id');
  const status = textField(body, 'status');
  if (id === undefined && status === undefined) return undefined;
  return {
    id,
    state: stateOf(status),
    status,
    createdAt: isoTimestamp(body['created_at']),
    expiresAt: isoTimestamp(body['expires_at']),
    error: isObject(body['error']) ? errorFields(body['error']) : {},
    incompleteReason: textField(objectField(body, 'incomplete_details'), 'reason'),
    output: objectsField(body, 'output'),
    usage: usageOf(body),
    body,
  };
}

function stateOf(status: string | undefined): State | undefined {
  const normal = normalStatus(status) ?? 'in_progress';
  return STATES.find((state) => state === normal);
}

/** The counters of `usage`, without the levels that upstream puts them in. */
function usageOf(body: JsonObject): Usage | undefined {
  const usage = objectField(body, 'usage');
  const counters = {
    input_tokens: usage['input_tokens'],
    cached_tokens: objectField(usage, 'input_tokens_details')['cached_tokens'],
    output_tokens: usage['output_tokens'],
    reasoning_tokens: objectField(usage, 'output_tokens_details')['reasoning_tokens'],
    total_tokens: usage['total_tokens'],
  };
  const counted = Object.entries(counters).filter(
    (counter): counter is [string, number] => typeof counter[1] === 'number',
  );
  return counted.length === 0 ? undefined : Object.fromEntries(counted);
}
