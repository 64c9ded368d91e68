import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Envelope } from './envelope.ts';

/** What a job id may be; it becomes a blob path, a table key and an orchestration id. */
export const JOB_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * What makes two envelopes the same job: the SHA-256, in hex, of the canonical JSON (RFC 8785) of
 * kind, request, input, options and labels. The id is what they are compared under.
 */
export function requestHashOf({ kind, request, input, options, labels }: Envelope): string {
  return sha256(canonicalize({ kind, request, input, options, labels }) ?? '');
}

/**
 * The id of a job whose envelope names none: the same source gives the same id, however often it
 * is delivered.
 *
 * @param parts for example door, queue name and message id.
 * @returns 40 hex digits.
 */
export function derivedId(...parts: string[]): string {
  return sha256(JSON.stringify(parts)).slice(0, 40);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
