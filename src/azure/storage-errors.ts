import { clock } from '../clock.ts';
import { LonghaulError } from '../jobs/errors.ts';

/** Milliseconds after which an operation counts as failed, its retries included. */
const OPERATION_LIMIT = 10_000;

/** Milliseconds before each further try: short enough for an outage to surface within ten seconds. */
const PAUSES = [200, 400, 800];

/** Milliseconds for an operation that carries up to a few megabytes. */
export const TRANSFER_LIMIT = 60_000;

/** What the errors of the storage SDKs have in common (`RestError` of core-rest-pipeline). */
interface StorageFailure {
  name?: unknown;
  message?: unknown;
  statusCode?: unknown;
  code?: unknown;
  details?: { errorCode?: unknown };
}

/** What the SDK says, without a name or a code, of a download that ended before its length. */
const CUT_SHORT = /^Data corruption failure: received less data/;

/** Names of the errors of `@azure/identity`: without a token storage cannot be reached either. */
const CREDENTIAL_ERRORS = new Set([
  'AuthenticationError',
  'AggregateAuthenticationError',
  'CredentialUnavailableError',
]);

/**
 * Runs one operation of a storage SDK, a few times if storage is down.
 *
 * @param operation may run more than once. It must hand the signal on to the SDK; what it started stops when the time is over.
 * @param limit in milliseconds, retries included.
 * @throws LonghaulError `storage-unavailable` when storage or the way to it is down; any other
 *   error of the SDK as it is.
 */
export async function storageCall<T>(
  operation: (abortSignal: AbortSignal) => Promise<T>,
  limit = OPERATION_LIMIT,
): Promise<T> {
  const controller = new AbortController();
  // Not AbortSignal.timeout: a download goes on after the operation has resolved.
  const timer = setTimeout(() => controller.abort(), limit);
  try {
    return await tried(operation, controller.signal);
  } catch (error) {
    throw isOutage(error) ? unavailable(error) : error;
  } finally {
    clearTimeout(timer);
  }
}

async function tried<T>(
  operation: (abortSignal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await operation(signal);
    } catch (error) {
      if (signal.aborted || !isOutage(error)) throw error;
      await Promise.race([clock().sleep(pause), aborted(signal)]);
    }
  }
  return operation(signal);
}

/** Virtual time may stand still, so that a pause never ends by itself. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The HTTP status of a storage SDK's error; undefined for every other error. */
export function statusOf(error: unknown): number | undefined {
  const status = failureOf(error)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/**
 * Turns the answers with one of `statuses` into `instead`.
 *
 * @throws every other error.
 */
export async function unlessStatus<T, U>(
  operation: Promise<T>,
  statuses: readonly number[],
  instead: U,
): Promise<T | U> {
  try {
    return await operation;
  } catch (error) {
    const status = statusOf(error);
    if (status !== undefined && statuses.includes(status)) return instead;
    throw error;
  }
}

function isOutage(error: unknown): boolean {
  const failure = failureOf(error);
  if (failure === undefined) return false;
  const { name, statusCode: status } = failure;
  if (name === 'AbortError' || CREDENTIAL_ERRORS.has(String(name))) return true;
  if (CUT_SHORT.test(String(failure.message))) return true;
  if (name !== 'RestError') return false;
  if (typeof status !== 'number') return true;
  return status >= 500 || status === 408 || status === 429 || wasOvertaken(failure);
}

/**
 * Another run committed the same blob, and storage dropped the blocks that this one had staged
 * (https://learn.microsoft.com/rest/api/storageservices/put-block-list). Again, it will work.
 */
function wasOvertaken({ code, details }: StorageFailure): boolean {
  return code === 'InvalidBlockList' || details?.errorCode === 'InvalidBlockList';
}

function failureOf(error: unknown): StorageFailure | undefined {
  return typeof error === 'object' && error !== null ? error : undefined;
}

function unavailable(error: unknown): LonghaulError {
  const { code, name, statusCode } = failureOf(error) ?? {};
  const reason = String(code ?? statusCode ?? name);
  const outage = new LonghaulError(
    'storage-unavailable',
    `Storage did not answer as it should (${reason}). Nothing is lost; try again in a moment.`,
  );
  outage.cause = error;
  return outage;
}
