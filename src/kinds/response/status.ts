import { jobError, type ErrorCode, type JobError } from '../../jobs/errors.ts';
import { unreadable } from '../asking.ts';
import type { PollOutcome, UpstreamJob, UpstreamResult } from '../kind.ts';
import { isContentFilter } from '../upstream-error.ts';
import { readResponse, type ResponseObject } from './response-object.ts';

/** What a response object that was read says of the job. Nothing but a known end is an end. */
export function pollOutcomeOf(body: unknown, upstreamId: string): PollOutcome {
  const response = readResponse(body);
  if (!response)
    return unreadable('Azure OpenAI answered with something that is no response object.');
  const upstream = upstreamJobOf(response, upstreamId);
  const result = resultOf(response);
  if (result) return { outcome: 'ended', upstream, result };
  const unknown = response.state === undefined;
  return { outcome: 'running', upstream, ...(unknown ? { unknownStatus: true } : {}) };
}

export function upstreamJobOf(response: ResponseObject, id: string): UpstreamJob {
  const { status, createdAt, expiresAt } = response;
  return {
    id,
    ...(status === undefined ? {} : { status }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** How a response ended; undefined while it has not. */
export function resultOf(response: ResponseObject): UpstreamResult | undefined {
  switch (response.state) {
    case 'completed':
      return response.output.length > 0
        ? { status: 'succeeded', hasOutputs: true }
        : { status: 'failed', error: emptyOutput(), hasOutputs: true };
    case 'failed':
      return {
        status: 'failed',
        error: failure(response),
        hasOutputs: response.output.length > 0,
      };
    case 'incomplete':
      return { status: 'failed', error: incompleteness(response), hasOutputs: true };
    case 'cancelled':
      return { status: 'cancelled', hasOutputs: false };
    case 'queued':
    case 'in_progress':
    case undefined:
      return undefined;
  }
}

function emptyOutput(): JobError {
  return jobError(
    'empty-output',
    'The response completed without a single output item. Hand in a new job to try again.',
  );
}

/** The codes of a failed response that a new attempt may get round (Responses API reference: error codes). */
const PASSING = new Set(['server_error', 'rate_limit_exceeded']);

function failure({ error }: ResponseObject): JobError {
  const named = error.code === undefined ? '' : ` (${error.code})`;
  const words = error.message ?? 'no reason was given';
  return jobError(failureCode(error), `The response failed upstream${named}: ${words}`, {
    ...(error.code === undefined ? {} : { code: error.code }),
    ...(error.message === undefined ? {} : { message: error.message }),
  });
}

function failureCode(error: ResponseObject['error']): ErrorCode {
  if (isContentFilter(error)) return 'content-filter';
  return PASSING.has((error.code ?? '').toLowerCase())
    ? 'upstream-failed-retryable'
    : 'upstream-failed';
}

function incompleteness({ incompleteReason: reason }: ResponseObject): JobError {
  if (isContentFilter(reason === undefined ? {} : { code: reason })) {
    return jobError(
      'content-filter',
      'The content filter stopped the response; what was written before is among the outputs.',
      { code: reason ?? '' },
    );
  }
  const advice =
    reason === 'max_output_tokens' ? ' Raise max_output_tokens, or ask for less at once.' : '';
  return jobError(
    'incomplete',
    `The response ended early, the reason being ${reason ?? 'unknown'}; what was written before is among the outputs.${advice}`,
    ...(reason === undefined ? [] : [{ code: reason }]),
  );
}
