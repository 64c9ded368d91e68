/**
 * Every error a user of Longhaul can meet, in one table: a stable code, a title, the HTTP status
 * when it is a problem (RFC 9457), and whether doing the same again can help.
 */
export const ERRORS = {
  'invalid-json': { title: 'The body is not JSON', status: 400, retryable: false },
  'invalid-envelope': { title: 'The envelope is not valid', status: 400, retryable: false },
  'invalid-request': { title: 'The request is not valid', status: 400, retryable: false },
  'unknown-kind': { title: 'There is no such kind of job', status: 400, retryable: false },
  'kind-not-supported': {
    title: 'This kind of job is not yet supported',
    status: 400,
    retryable: false,
  },
  'body-too-large': { title: 'The body is too large for this door', status: 413, retryable: false },
  'invalid-id': { title: 'The job id is not valid', status: 400, retryable: false },
  'id-conflict': {
    title: 'Another job already has this id and other content',
    status: 409,
    retryable: false,
  },
  'invalid-query': { title: 'The query is not valid', status: 400, retryable: false },
  'job-not-found': { title: 'There is no such job', status: 404, retryable: false },
  'output-not-found': { title: 'There is no such output', status: 404, retryable: false },
  'range-not-satisfiable': {
    title: 'The range lies outside the output',
    status: 416,
    retryable: false,
  },
  'action-not-offered': {
    title: 'The job does not offer this action now',
    status: 409,
    retryable: false,
  },
  'already-ended': { title: 'The job has already ended', status: 409, retryable: false },
  'storage-unavailable': {
    title: 'Storage cannot be reached at the moment',
    status: 503,
    retryable: true,
  },
  'events-unavailable': {
    title: 'Events cannot be published at the moment',
    status: 503,
    retryable: true,
  },
  'invalid-notice': {
    title: 'The body is no notice of Azure Service Health',
    status: 400,
    retryable: false,
  },
  'model-retiring': {
    title: 'The model retires before the job could end',
    status: 409,
    retryable: false,
  },
  'input-not-found': { title: 'The input blob does not exist', status: 400, retryable: false },
  'input-changed': {
    title: 'The input blob was changed after the job was accepted',
    status: 409,
    retryable: false,
  },
  'input-invalid': { title: 'The input blob is not valid', status: 400, retryable: false },
  'upstream-refused': { title: 'Azure OpenAI refused the request', status: 502, retryable: false },
  'upstream-unauthorized': {
    title: 'Azure OpenAI does not accept our credentials',
    status: 502,
    retryable: true,
  },
  'deployment-not-found': {
    title: 'Azure OpenAI knows no such deployment',
    status: 502,
    retryable: true,
  },
  'content-filter': { title: 'The content filter stopped the work', status: 502, retryable: false },
  'upstream-failed': { title: 'The work failed upstream', status: 502, retryable: false },
  'upstream-failed-retryable': {
    title: 'The work failed upstream for a passing reason',
    status: 502,
    retryable: true,
  },
  incomplete: { title: 'The response ended before it was complete', status: 502, retryable: false },
  'submission-uncertain': {
    title: 'It is not known whether Azure OpenAI accepted the work',
    status: 502,
    retryable: true,
  },
  'submission-abandoned': {
    title: 'The user gave up an uncertain submission',
    status: 502,
    retryable: true,
  },
  deadline: { title: 'The deadline passed', status: 504, retryable: true },
  'upstream-expired': {
    title: 'Azure OpenAI ran out of time for the work',
    status: 504,
    retryable: true,
  },
  'outputs-gone': {
    title: 'The outputs no longer exist upstream',
    status: 410,
    retryable: true,
  },
  'empty-output': { title: 'The work ended with nothing in it', status: 502, retryable: true },
  'no-row-succeeded': {
    title: 'The batch completed without a single success',
    status: 502,
    retryable: true,
  },
  'internal-error': { title: 'Longhaul met an unexpected error', status: 500, retryable: true },
} as const satisfies Record<string, { title: string; status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERRORS;

/** One bad field: where (a JSON pointer, RFC 6901), what is wrong and what is allowed. */
export interface FieldProblem {
  pointer: string;
  detail: string;
}

/**
 * An error for the user. `detail` says what was found, what is allowed and what to do next; it
 * never holds secrets or the content of a request.
 */
export class LonghaulError extends Error {
  override name = 'LonghaulError';
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[];

  constructor(code: ErrorCode, detail: string, fields: readonly FieldProblem[] = []) {
    super(detail);
    this.code = code;
    this.fields = fields;
  }
}

/** The problem document of an error, as RFC 9457 shapes it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  retryable: boolean;
  errors?: readonly FieldProblem[];
}

export function problemOf(error: LonghaulError): Problem {
  const { title, status, retryable } = ERRORS[error.code];
  return {
    type: `urn:longhaul:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    retryable,
    ...(error.fields.length > 0 ? { errors: error.fields } : {}),
  };
}

/** How a job document and its events tell of an error. */
export interface JobError {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  /** What upstream said, where it said something; events leave it out. */
  upstream?: {
    code?: string;
    message?: string;
    status?: number;
    requestId?: string;
    /** The prompt that upstream proposes after its content filter stopped the given one. */
    revisedPrompt?: string;
  };
}

export function jobError(
  code: ErrorCode,
  message: string,
  upstream?: JobError['upstream'],
): JobError {
  return {
    code,
    message,
    retryable: ERRORS[code].retryable,
    ...(upstream === undefined ? {} : { upstream }),
  };
}
