import { isObject } from '../jobs/json.ts';
import type { ErrorCode, JobError } from '../jobs/errors.ts';
import { jobError } from '../jobs/errors.ts';
import type { Retry } from './kind.ts';
import { objectField, textField, type JsonObject } from './json-fields.ts';
import { scrub } from './secrets.ts';
import { HELD_BACK } from './held-back.ts';
import type { UpstreamReply } from './upstream.ts';

/** What upstream said of an error, however it spelt it. */
export interface UpstreamError {
  status: number;
  code?: string;
  /** The code of the content filter and the like, below `innererror`. */
  innerCode?: string;
  /** At most 500 characters, without secrets. */
  message?: string;
  /** The prompt that the content filter would let pass, as upstream words it; it is content. */
  revisedPrompt?: string;
  requestId?: string;
}

const LONGEST_MESSAGE = 500;

/** It travels in the orchestration's history, which is to stay small. */
const LONGEST_REVISED_PROMPT = 1_000;

/** In the order of use to Azure support (`apim-request-id` is on every answer). */
const REQUEST_ID_HEADERS = ['apim-request-id', 'x-request-id', 'x-ms-request-id'];

/**
 * Reads the error of an answer: wrapped in `error` or flat, `inner_error` or `innererror`, codes as
 * text or number, or no body at all.
 *
 * @param secrets of the request, to be taken out where upstream repeats them.
 */
export function upstreamError(
  reply: UpstreamReply,
  secrets: readonly string[] = [],
): UpstreamError {
  const requestId = REQUEST_ID_HEADERS.map((name) => reply.headers[name]).find(Boolean);
  return {
    status: reply.status,
    ...errorFields(reply.body, secrets),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** The code and message of an error object, as an error body or a failed job carries it. */
export function errorFields(
  body: unknown,
  secrets: readonly string[] = [],
): Omit<UpstreamError, 'status' | 'requestId'> {
  const error = errorObject(body);
  const inner = [innerError(error), innerError(isObject(body) ? body : {})];
  const code = codeOf(error);
  const innerCode = inner.map(codeOf).find(Boolean);
  const revised = [...inner, error].map((part) => textField(part, 'revised_prompt')).find(Boolean);
  const message = textField(error, 'message') ?? textField(error, 'detail');
  return {
    ...(code === undefined ? {} : { code: clip(scrub(code, secrets)) }),
    ...(innerCode === undefined ? {} : { innerCode: clip(scrub(innerCode, secrets)) }),
    ...(message === undefined ? {} : { message: clip(scrub(message, secrets)) }),
    ...(revised === undefined
      ? {}
      : { revisedPrompt: clip(scrub(revised, secrets), LONGEST_REVISED_PROMPT) }),
  };
}

function errorObject(body: unknown): JsonObject {
  if (!isObject(body)) return {};
  const { error } = body;
  if (typeof error === 'string') return { message: error };
  return isObject(error) ? error : body;
}

function innerError(error: JsonObject): JsonObject {
  return { ...objectField(error, 'inner_error'), ...objectField(error, 'innererror') };
}

function codeOf(error: JsonObject): string | undefined {
  const { code } = error;
  return typeof code === 'number' ? String(code) : textField(error, 'code');
}

function clip(text: string, longest = LONGEST_MESSAGE): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** `content_filter`, `contentFilter`, `ResponsibleAIPolicyViolation`, `image_content_policy_violation`, … */
const CONTENT_FILTER =
  /content_?filter|responsible_?ai|content_?(?:policy|safety)|policy_?violation|bio_?policy|cyber_?policy/i;
const DEPLOYMENT_NOT_FOUND = /^(?:deployment_?not_?found|model_?not_?found)$/i;

export function isContentFilter(error: Pick<UpstreamError, 'code' | 'innerCode'>): boolean {
  return CONTENT_FILTER.test(error.code ?? '') || CONTENT_FILTER.test(error.innerCode ?? '');
}

interface Classification {
  code: ErrorCode;
  retry: Retry['when'];
  advice: string;
}

/** The first that holds says what a refusal means. */
const CLASSES: readonly (Classification & { holds: (error: UpstreamError) => boolean })[] = [
  {
    holds: ({ status }) => status === 429 || status >= 500 || status === 408,
    code: 'upstream-failed-retryable',
    retry: 'until-deadline',
    advice: 'This passes by itself, and the same may be tried again.',
  },
  {
    holds: (error) => isContentFilter(error),
    code: 'content-filter',
    retry: 'never',
    advice: 'The same request would be stopped again: change its input, and hand in a new job.',
  },
  {
    holds: ({ status }) => status === 401 || status === 403,
    code: 'upstream-unauthorized',
    retry: 'while-settling',
    advice:
      "Give the app's identity the role Cognitive Services OpenAI User on the resource, or check the key and the network rules.",
  },
  {
    holds: ({ status, code }) =>
      (status === 404 || status === 400) && DEPLOYMENT_NOT_FOUND.test(code ?? ''),
    code: 'deployment-not-found',
    retry: 'while-settling',
    advice:
      'Check the name of the deployment and the endpoint; a new deployment may take five minutes to be known.',
  },
];

const REFUSED: Classification = {
  code: 'upstream-refused',
  retry: 'never',
  advice: 'The same request would be refused again: correct it, and hand in a new job.',
};

/** What an answer that is no success means, and whether the same may be asked again. */
export function classify(error: UpstreamError): { error: JobError; retry: Retry['when'] } {
  // Upstream never said it.
  const upstream = error.code === HELD_BACK ? undefined : upstreamPart(error);
  const { code, retry, advice } = CLASSES.find(({ holds }) => holds(error)) ?? REFUSED;
  return { error: jobError(code, `${said(error)} ${advice}`, upstream), retry };
}

/** What was answered, as a sentence. */
export function said({ status, code, message }: UpstreamError): string {
  if (code === HELD_BACK) return String(message);
  const named = code === undefined || code === String(status) ? '' : ` (${code})`;
  const words = message === undefined ? '' : `: ${message}`;
  return `Azure OpenAI answered ${status}${named}${words}`.replace(/[.\s]*$/, '.');
}

export function upstreamPart({
  status,
  code,
  message,
  revisedPrompt,
  requestId,
}: UpstreamError): NonNullable<JobError['upstream']> {
  return {
    status,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(revisedPrompt === undefined ? {} : { revisedPrompt }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
