import { jobError, type ErrorCode, type JobError } from '../../jobs/errors.ts';
import { errorFields, isContentFilter, type UpstreamError } from '../upstream-error.ts';
import { promptToKeepOut } from './secrets.ts';
import type { VideoObject } from './video-object.ts';

/** `input_moderation`, `output_moderation`, `moderation_blocked`, … */
const MODERATION = /moderation/i;

/** Reasons that a new attempt may get round. */
const PASSING = /^(?:internal_?(?:server_?)?error|server_?error|rate_?limit_?exceeded|timeout)$/i;

/** What `failure_reason` is when it is a code and not free text. */
const CODE = /^[A-Za-z]\w{0,63}$/;

type Reason = Omit<UpstreamError, 'status' | 'requestId'>;

/** Why a video failed, without its prompt: what is told here stands in events too. */
export function failureOf(video: VideoObject): JobError {
  const reason = reasonOf(video);
  const code = failureCode(reason);
  const named = reason.code === undefined ? '' : ` (${reason.code})`;
  const words = reason.message === undefined ? '' : `: ${reason.message}`;
  const said = `The video failed upstream${named}${words}`.replace(/[.\s]*$/, '.');
  return jobError(code, `${said} ${ADVICE[code]}`, upstreamPartOf(reason));
}

const ADVICE = {
  'content-filter':
    'The content filter stopped it: change the prompt or the picture, and hand in a new job.',
  'upstream-failed-retryable': 'The same may go well when it is handed in as a new job.',
  'upstream-failed': 'The same request will most likely fail again: change it before a new job.',
} as const satisfies Partial<Record<ErrorCode, string>>;

function failureCode(reason: Reason): keyof typeof ADVICE {
  if (isContentFilter(reason)) return 'content-filter';
  if (MODERATION.test(reason.code ?? '')) return 'content-filter';
  return PASSING.test(reason.code ?? '') ? 'upstream-failed-retryable' : 'upstream-failed';
}

/** One API gives a `failure_reason`, a code or free text, the other an `error`; both are read. */
function reasonOf({ body, prompt }: VideoObject): Reason {
  const secrets = promptToKeepOut(prompt);
  const { failure_reason: given } = body;
  const text = typeof given === 'string' && !CODE.test(given);
  const reason = typeof given === 'string' && !text ? { code: given } : { error: given };
  return { ...errorFields(body, secrets), ...errorFields(reason, secrets) };
}

function upstreamPartOf({ code, message, revisedPrompt }: Reason): JobError['upstream'] {
  return {
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(revisedPrompt === undefined ? {} : { revisedPrompt }),
  };
}
