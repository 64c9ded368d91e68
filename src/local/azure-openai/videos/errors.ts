import { ApiError, errors, retryAfterHeaders } from '../errors.ts';

/** Jobs take minutes; the service does not tell when a place will be free. */
const RETRY_WHEN_BUSY_MS = 10_000;

function notFound(message: string): ApiError {
  return new ApiError(404, {
    code: 'not_found',
    type: 'invalid_request_error',
    param: null,
    message,
  });
}

export const videoErrors = {
  tooManyJobs: (deployment: string, running: number, limit: number) =>
    new ApiError(
      429,
      {
        code: 'RateLimitReached',
        type: 'too_many_requests',
        param: null,
        message:
          `You have ${running} running video generation jobs on ${deployment}, and ${limit} are ` +
          `allowed at once. Please retry after ${RETRY_WHEN_BUSY_MS / 1000} seconds.`,
      },
      retryAfterHeaders(RETRY_WHEN_BUSY_MS),
    ),
  moderated: (revisedPrompt: string | undefined) =>
    new ApiError(400, {
      code: 'content_policy_violation',
      type: 'invalid_request_error',
      param: 'prompt',
      message: 'Your request was rejected by the safety system.',
      inner_error: {
        code: 'ResponsibleAIPolicyViolation',
        error_details: 'The prompt was filtered.',
        ...(revisedPrompt === undefined ? {} : { revised_prompt: revisedPrompt }),
      },
    }),
  jobNotFound: (id: string) => notFound(`Video generation job with id '${id}' not found.`),
  generationNotFound: (id: string) => notFound(`Video generation with id '${id}' not found.`),
  videoNotFound: (id: string) => notFound(`Video with id '${id}' not found.`),
  notReady: (id: string, status: string) =>
    errors.invalidValue('id', `Video '${id}' is not ready: its status is '${status}'.`),
};
