import type { Line } from '../rows/line-splitter.ts';
import { estimatedTokens, type InputLimits } from '../rows/limits.ts';
import type { Finding } from './fault-list.ts';

const ADVICE = 'Make the row smaller: give long texts once, or ask for them in several rows.';

/**
 * What about a row's size keeps it out of every part.
 *
 * @param added bytes that filling in the deployment adds.
 */
export function sizeFinding(
  { length, from, to }: Line,
  added: number,
  { bytesPerRow, bytesPerPart, tokensPerPart = Infinity }: InputLimits,
): Finding | undefined {
  const bytes = to - from + added;
  if (length + added > bytesPerRow || bytes > bytesPerPart) {
    return overlong(length + added, Math.min(bytesPerRow, bytesPerPart));
  }
  const tokens = estimatedTokens(bytes);
  if (tokens <= tokensPerPart) return undefined;
  return {
    code: 'token_limit_exceeded',
    problem: `The row has about ${tokens} tokens; all that may wait for the deployment is ${tokensPerPart}.`,
    advice: `${ADVICE} Or raise the deployment's limit of enqueued tokens.`,
  };
}

/** @param bytes of the row. @param most that it may have. */
export function overlong(bytes: number, most: number): Finding {
  return {
    code: 'line_too_long',
    problem: `The line has ${bytes} bytes; a row may have ${most}.`,
    advice: `${ADVICE} Check too that a line break (LF) separates all rows.`,
  };
}
