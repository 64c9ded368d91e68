import { jobError, LonghaulError } from '../jobs/errors.ts';
import type { SubmissionOutcome, UpstreamJob } from './kind.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { classify, said, upstreamError, upstreamPart } from './upstream-error.ts';
import {
  UpstreamConnectionError,
  type Upstream,
  type UpstreamReply,
  type UpstreamRequest,
} from './upstream.ts';

/** What a kind says of its create call. */
export interface Create {
  request: UpstreamRequest;
  /** Finds the upstream's own name of the work in a success; undefined when it is not there. */
  jobOf: (body: unknown) => UpstreamJob | undefined;
  /** Secrets of the request, to be kept out of errors. */
  secrets: readonly string[];
}

/**
 * Sends a create once and says how it ended, by design rule 1: not accepted is what was refused
 * before a byte was sent, every 4xx but 408, and 503; anything else that is no readable success is
 * uncertain, and must not be sent again unasked. What could not be read while it was sent made no
 * whole request, so it cannot have been accepted.
 */
export async function submitOnce(upstream: Upstream, create: Create): Promise<SubmissionOutcome> {
  try {
    return outcomeOf(await upstream.send(bounded(create.request)), create);
  } catch (error) {
    if (error instanceof UpstreamConnectionError) return unanswered(error.sent);
    if (error instanceof LonghaulError) return unread(error);
    throw error;
  }
}

/** Others wait for the end of a create by the clock, so progress must not prolong it. */
function bounded(request: UpstreamRequest): UpstreamRequest {
  const { form, timeout } = request;
  return form && timeout !== undefined ? { limit: timeout, ...request } : request;
}

function outcomeOf(reply: UpstreamReply, { jobOf, secrets }: Create): SubmissionOutcome {
  if (reply.status >= 200 && reply.status < 300) {
    const upstream = jobOf(reply.body);
    return upstream ? { outcome: 'accepted', upstream } : uncertain(reply, secrets);
  }
  return isRefusal(reply.status) ? refused(reply, secrets) : uncertain(reply, secrets);
}

function isRefusal(status: number): boolean {
  return (status >= 400 && status < 500 && status !== 408) || status === 503;
}

function refused(reply: UpstreamReply, secrets: readonly string[]): SubmissionOutcome {
  const { error, retry } = classify(upstreamError(reply, secrets));
  const after = retry === 'never' ? undefined : retryAfterSeconds(reply.headers);
  return {
    outcome: 'not-accepted',
    error,
    retry: { when: retry, ...(after === undefined ? {} : { after }) },
  };
}

function uncertain(reply: UpstreamReply, secrets: readonly string[]): SubmissionOutcome {
  const error = upstreamError(reply, secrets);
  const detail = `${said(error)} It does not say whether the work was accepted; it may be running, and be paid for.`;
  return {
    outcome: 'uncertain',
    error: jobError('submission-uncertain', detail, upstreamPart(error)),
  };
}

/** The file of a form was away, or is another one by now. */
function unread({ code, message }: LonghaulError): SubmissionOutcome {
  const error = jobError(code, message);
  return {
    outcome: 'not-accepted',
    error,
    retry: { when: error.retryable ? 'until-deadline' : 'never' },
  };
}

function unanswered(sent: boolean): SubmissionOutcome {
  if (sent) {
    const detail =
      'The request was sent, but no whole answer came. The work may be running, and be paid for.';
    return { outcome: 'uncertain', error: jobError('submission-uncertain', detail) };
  }
  const detail =
    'Azure OpenAI could not be reached; nothing was sent. Check the endpoint if this lasts.';
  return {
    outcome: 'not-accepted',
    error: jobError('upstream-failed-retryable', detail),
    retry: { when: 'until-deadline' },
  };
}
