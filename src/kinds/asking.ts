import { jobError, type JobError } from '../jobs/errors.ts';
import type { PollOutcome } from './kind.ts';
import { retryAfterSeconds } from './retry-after.ts';
import {
  classify,
  upstreamError,
  upstreamPart,
  said,
  type UpstreamError,
} from './upstream-error.ts';
import {
  UpstreamConnectionError,
  type Upstream,
  type UpstreamReply,
  type UpstreamRequest,
} from './upstream.ts';

/** Nothing was learnt: ask again. The very shape that polls, collects and cancels answer with. */
export interface Unreadable {
  outcome: 'unreadable';
  error: JobError;
  retryAfter?: number;
}

/** Upstream no longer knows the work. */
export interface Gone {
  outcome: 'gone';
  error: JobError;
}

/** How a call about existing work ended: one that costs nothing and may be made again. */
export type Answer =
  | { outcome: 'answered'; body: unknown }
  /** A 4xx about the work itself, such as cancelling what has ended. */
  | { outcome: 'refused'; refusal: UpstreamError; error: JobError }
  | Gone
  | Unreadable;

const DELETED = /\bdeleted\b/i;

/** What a gateway says of a wrong address: that is about the settings, not about the work. */
const UNKNOWN_ROUTE = /^resource not found\.?$/i;

/** Makes a call about work that upstream has, and sorts what comes back. Throws on defects alone. */
export async function ask(upstream: Upstream, request: UpstreamRequest): Promise<Answer> {
  try {
    return answerOf(await upstream.send(request));
  } catch (error) {
    if (error instanceof UpstreamConnectionError) {
      return unreadable('Azure OpenAI could not be reached, or did not answer in time.');
    }
    throw error;
  }
}

/**
 * Reads the status of work once.
 *
 * @param read says what the answer's body shows.
 */
export async function readStatus(
  upstream: Upstream,
  path: string,
  read: (body: unknown) => PollOutcome,
): Promise<PollOutcome> {
  const answer = await ask(upstream, { method: 'GET', path });
  switch (answer.outcome) {
    case 'answered':
      return read(answer.body);
    case 'refused':
      return { outcome: 'unreadable', error: answer.error };
    case 'gone':
    case 'unreadable':
      return answer;
  }
}

/** An {@link Unreadable} for an answer that arrived but makes no sense. */
export function unreadable(detail: string): Unreadable {
  return { outcome: 'unreadable', error: jobError('upstream-failed-retryable', detail) };
}

/** Sorts an answer about work that upstream has. */
export function answerOf(reply: UpstreamReply): Answer {
  if (reply.status >= 200 && reply.status < 300) return { outcome: 'answered', body: reply.body };
  const refusal = upstreamError(reply);
  if (isGone(refusal)) return gone(refusal);
  const { error, retry } = classify(refusal);
  if (retry === 'never') return { outcome: 'refused', refusal, error: unexpected(refusal) };
  const retryAfter = retryAfterSeconds(reply.headers);
  return { outcome: 'unreadable', error, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** Such calls are right by construction, so a refusal has to do with the work's state of now. */
function unexpected(refusal: UpstreamError): JobError {
  const detail = `${said(refusal)} This was not to be expected; it may pass, and can be asked again.`;
  return jobError('upstream-failed-retryable', detail, upstreamPart(refusal));
}

function isGone(refusal: UpstreamError): boolean {
  const message = refusal.message ?? '';
  if (refusal.status === 400) return DELETED.test(message);
  if (refusal.status === 410) return true;
  return (
    refusal.status === 404 &&
    !UNKNOWN_ROUTE.test(message) &&
    classify(refusal).error.code !== 'deployment-not-found'
  );
}

function gone(refusal: UpstreamError): Gone {
  const detail = `${said(refusal)} The work and its outputs no longer exist upstream; hand in a new job to do it again.`;
  return { outcome: 'gone', error: jobError('outputs-gone', detail, upstreamPart(refusal)) };
}
