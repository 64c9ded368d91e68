import { APIConnectionError, APIUserAbortError } from 'openai';
import { UpstreamConnectionError } from '../kinds/upstream.ts';
import { connectionFailure } from './connection-failure.ts';

/**
 * What an error of the SDK's client, or of reading an answer, says of the connection.
 *
 * @param call for people, without its query.
 */
export function upstreamFailure(call: string, error: unknown): UpstreamConnectionError {
  // We aborted, since the connection stood still.
  if (error instanceof APIUserAbortError) return noAnswer(call, 'no progress');
  const { reason, sent } = connectionFailure(error);
  // What the SDK throws before it calls `fetch` (no token) is never a connection error of its own.
  if (!(error instanceof APIConnectionError)) {
    return new UpstreamConnectionError(
      `${call} was not sent, for want of a token (${reason})`,
      false,
    );
  }
  if (sent) return noAnswer(call, reason);
  return new UpstreamConnectionError(`${call} found no connection (${reason})`, false);
}

/** The answer had begun, so the call was sent. */
export function cutAnswer(call: string, error: unknown): UpstreamConnectionError {
  return noAnswer(call, connectionFailure(error).reason);
}

function noAnswer(call: string, reason: string): UpstreamConnectionError {
  return new UpstreamConnectionError(`${call} got no whole answer (${reason})`, true);
}
