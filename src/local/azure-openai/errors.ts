import type { ZodError } from 'zod';

/**
 * The error bodies of the API. Texts and shapes are those of public client logs and of Microsoft's
 * behaviour contract for the Responses API; Azure publishes no complete list.
 */
export interface ErrorBody {
  code: string | null;
  message: string;
  type?: string | null;
  param?: string | null;
  [extension: string]: unknown;
}

/** A request that the API refuses. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly body: { error: ErrorBody };
  readonly headers: Record<string, string>;

  constructor(status: number, error: ErrorBody, headers: Record<string, string> = {}) {
    super(error.message);
    this.status = status;
    this.body = { error };
    this.headers = headers;
  }
}

function invalidRequest(
  status: number,
  message: string,
  param: string | null = null,
  code: string | null = null,
): ApiError {
  return new ApiError(status, { message, type: 'invalid_request_error', param, code });
}

/** Both spellings: documents name the milliseconds, the field has seen the seconds. */
export function retryAfterHeaders(ms: number): Record<string, string> {
  return { 'retry-after': String(Math.ceil(ms / 1000)), 'retry-after-ms': String(ms) };
}

export interface InvalidField {
  /** Where in the body, as `$.path.to[0].field`. */
  param: string;
  message: string;
}

const DEPLOYMENT_NOT_FOUND =
  'The API deployment for this resource does not exist. If you created the deployment within the ' +
  'last 5 minutes, please wait a moment and try again.';

export const errors = {
  accessDenied: () =>
    new ApiError(401, {
      code: '401',
      message:
        'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide ' +
        'a valid key for an active subscription and use a correct regional API endpoint for your ' +
        'resource.',
    }),
  resourceNotFound: () => new ApiError(404, { code: '404', message: 'Resource not found' }),
  noArmToken: () =>
    new ApiError(401, {
      code: 'AuthenticationFailed',
      message: "Authentication failed. The 'Authorization' header is missing.",
    }),
  noArmApiVersion: () =>
    new ApiError(400, {
      code: 'MissingApiVersionParameter',
      message: 'The api-version query parameter (?api-version=) is required for all requests.',
    }),
  apiVersionNotSupported: () =>
    new ApiError(400, { code: 'BadRequest', message: 'API version not supported' }),
  bodyTooLarge: (limitBytes: number) =>
    new ApiError(413, {
      code: '413',
      message: `The request body is too large. The limit is ${limitBytes} bytes.`,
    }),
  unreadableJson: () => invalidRequest(400, 'We could not parse the JSON body of your request.'),
  deploymentNotFound: () =>
    new ApiError(404, {
      type: 'invalid_request_error',
      code: 'DeploymentNotFound',
      message: DEPLOYMENT_NOT_FOUND,
    }),
  operationNotSupported: (operation: string, model: string) =>
    new ApiError(400, {
      code: 'OperationNotSupported',
      message: `The ${operation} operation does not work with the specified model, ${model}. Please choose different model and try again.`,
    }),
  invalidFields: (fields: InvalidField[]) =>
    new ApiError(400, {
      type: 'invalid_request_error',
      code: null,
      message: `Validation failed with ${fields.length} errors: ${fields.map((field) => `${field.param}: ${field.message}`).join('; ')}`,
      param: fields[0]?.param ?? '$',
      details: fields.map((field) => ({
        type: 'invalid_request_error',
        code: 'invalid_value',
        ...field,
      })),
    }),
  invalidIssues: ({ issues }: ZodError) =>
    errors.invalidFields(
      issues.map(({ path, message }) => ({ param: ['$', ...path.map(String)].join('.'), message })),
    ),
  invalidValue: (param: string, message: string) =>
    invalidRequest(400, message, param, 'invalid_value'),
  unsupportedParameter: (param: string, reason = 'is not supported with this model') =>
    invalidRequest(
      400,
      `Unsupported parameter: '${param}' ${reason}.`,
      param,
      'unsupported_parameter',
    ),
  unsupportedValue: (param: string, value: unknown) =>
    invalidRequest(
      400,
      `Unsupported value: '${param}' does not support ${JSON.stringify(value)} with this model.`,
      param,
      'unsupported_value',
    ),
  contentFiltered: () =>
    new ApiError(400, {
      message:
        "The response was filtered due to the prompt triggering Azure OpenAI's content management " +
        'policy. Please modify your prompt and retry.',
      type: null,
      param: 'prompt',
      code: 'content_filter',
      status: 400,
      innererror: {
        code: 'ResponsibleAIPolicyViolation',
        content_filter_result: {
          hate: { filtered: false, severity: 'safe' },
          jailbreak: { filtered: false, detected: false },
          self_harm: { filtered: false, severity: 'safe' },
          sexual: { filtered: false, severity: 'safe' },
          violence: { filtered: true, severity: 'high' },
        },
      },
    }),
  previousResponseNotFound: (id: string) =>
    invalidRequest(
      400,
      `Previous response with id '${id}' not found.`,
      'previous_response_id',
      'previous_response_not_found',
    ),
  responseNotFound: (id: string) => invalidRequest(404, `Response with id '${id}' not found.`),
  responseDeleted: (id: string) =>
    invalidRequest(400, `Response with id '${id}' has been deleted.`),
  cannotDeleteInFlight: () => invalidRequest(400, 'Cannot delete an in-flight response.'),
  cannotCancel: (which: string) => invalidRequest(400, `Cannot cancel ${which} response.`),
  cannotStream: (reason: string) =>
    invalidRequest(400, `This response cannot be streamed because ${reason}.`, 'stream'),
  replayWindowClosed: () =>
    invalidRequest(
      400,
      'Response can no longer be streamed, it is more than 5 minutes old.',
      'stream',
    ),
  unknownControl: (routes: string[]) =>
    new ApiError(404, {
      code: '404',
      message: `No such control route. Those below /simulator are: ${routes.join(', ')}.`,
    }),
  /** @param retryAfterMs until the same request would be within the limit. */
  callRateExceeded: (operation: string, retryAfterMs: number) =>
    new ApiError(
      429,
      {
        code: '429',
        message:
          `Requests to the ${operation} Operation under Azure OpenAI API version v1 have exceeded ` +
          'call rate limit of your current OpenAI S0 pricing tier. Please retry after ' +
          `${Math.ceil(retryAfterMs / 1000)} seconds.`,
      },
      retryAfterHeaders(retryAfterMs),
    ),
  modelNotFound: (id: string) =>
    invalidRequest(404, `The model '${id}' does not exist.`, 'model', 'model_not_found'),
};

const PLAIN_FAILURES: Record<number, ErrorBody> = {
  401: errors.accessDenied().body.error,
  404: errors.deploymentNotFound().body.error,
  408: { code: 'Timeout', message: 'The operation was timeout.' },
  429: {
    code: '429',
    message:
      'Requests to the Create_Response Operation under Azure OpenAI API version v1 have exceeded ' +
      'token rate limit of your current OpenAI S0 pricing tier. Please retry after 1 second.',
  },
  500: {
    code: 'server_error',
    type: 'server_error',
    param: null,
    message: 'The server had an error while processing your request. Sorry about that!',
  },
  503: { code: '503', message: 'The service is temporarily unable to process your request.' },
};

/** The body that usually comes with `status` when nothing more is known than the status. */
export function usualBody(status: number): { error: ErrorBody } {
  return {
    error: PLAIN_FAILURES[status] ?? { code: String(status), message: `HTTP status ${status}` },
  };
}
