import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** SHA-256, in lower-case hex, of the RFC 8785 canonical form of a JSON value. */
export function canonicalHash(json: unknown): string {
  return sha256(canonicalize(json) ?? '').toString('hex');
}

/** A number in [0, 1) that depends on nothing but `text`. */
export function fractionOf(text: string): number {
  return sha256(text).readUInt32BE(0) / 2 ** 32;
}

/** One of `choices`, always the same for the same `text`. */
export function pick<T>(choices: readonly [T, ...T[]], text: string): T {
  return choices[Math.floor(fractionOf(text) * choices.length)] ?? choices[0];
}
