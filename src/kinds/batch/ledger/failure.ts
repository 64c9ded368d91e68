import { isObject } from '../../../jobs/json.ts';
import { numberField, objectField, textField, type JsonObject } from '../../json-fields.ts';
import { errorFields, isContentFilter, type UpstreamError } from '../../upstream-error.ts';

/** Why a row failed. */
export interface Failure {
  /** In upstream's words where it has some, at most 100 characters. */
  code: string;
  /** Whether asking the same again can help. */
  retryable: boolean;
}

const LONGEST_CODE = 100;

/** What upstream names failures that are none of the request's, where it gives no status. */
const PASSING =
  /rate_?limit|too_?many_?requests|time_?d?_?out|server_?error|internal|unavailable|overloaded|capacity|batch_?(?:expired|cancell?ed)/i;

/**
 * Reads how a row ended. Upstream tells of failures in `error`, or in an answer whose status is not
 * 2xx, or (`/v1/responses`) in an answer of 200 whose response has failed.
 *
 * @returns undefined when it succeeded.
 */
export function failureOf(result: JsonObject): Failure | undefined {
  const response = objectField(result, 'response');
  const body = objectField(response, 'body');
  const status = statusOf(response);
  if (isSuccess(status) && !isError(result['error']) && !hasFailed(body)) return undefined;
  const fields = { ...fieldsOf(response['body']), ...fieldsOf(result['error']) };
  const code = fields.code ?? fields.innerCode ?? codeOfStatus(status);
  return { code: code.slice(0, LONGEST_CODE), retryable: isPassing({ ...fields, code }, status) };
}

/** The status of the one answer; upstreams have been seen to write numbers as text. */
function statusOf(response: JsonObject): number | undefined {
  const status = numberField(response, 'status_code') ?? 0;
  return status >= 100 && status <= 599 ? status : undefined;
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function isError(error: unknown): boolean {
  return isObject(error)
    ? Object.keys(error).length > 0
    : typeof error === 'string' && error !== '';
}

/** An incomplete response is an answer, if a short one; these two are none. */
function hasFailed(body: JsonObject): boolean {
  const status = textField(body, 'status')?.toLowerCase();
  return status === 'failed' || status === 'cancelled' || status === 'canceled';
}

function fieldsOf(error: unknown): Pick<UpstreamError, 'code' | 'innerCode'> {
  if (typeof error === 'string') return /^[\w.-]{1,100}$/.test(error) ? { code: error } : {};
  if (!isObject(error)) return {};
  const { code, innerCode } = errorFields(error);
  const type = textField(objectField(error, 'error'), 'type') ?? textField(error, 'type');
  const named = code ?? type;
  return {
    ...(named === undefined ? {} : { code: named }),
    ...(innerCode === undefined ? {} : { innerCode }),
  };
}

function codeOfStatus(status: number | undefined): string {
  return status === undefined || isSuccess(status) ? 'unknown' : String(status);
}

function isPassing(
  error: Pick<UpstreamError, 'code' | 'innerCode'>,
  status: number | undefined,
): boolean {
  if (isContentFilter(error)) return false;
  const number = status === undefined || isSuccess(status) ? Number(error.code) : status;
  if (number >= 400 && number <= 599) return number === 408 || number === 429 || number >= 500;
  return PASSING.test(error.code ?? '');
}
