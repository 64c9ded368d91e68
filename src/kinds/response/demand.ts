import type { Demand } from '../kind.ts';

/** A token is rarely shorter; where it is, upstream's own count refuses and the job backs off. */
const BYTES_PER_TOKEN = 3;

/** What a request may cost of the tokens of a minute: all that it says, and what it may answer. */
export function demand(request: Record<string, unknown>): Demand {
  const input = Math.ceil(Buffer.byteLength(JSON.stringify(request)) / BYTES_PER_TOKEN);
  const output = request['max_output_tokens'];
  return { tokens: input + (typeof output === 'number' ? output : 0) };
}
