/** What one file of a batch may hold, and one job. */
export interface InputLimits {
  /** Rows in a part; upstream takes 100,000. */
  rowsPerPart: number;
  /** Bytes in a part. */
  bytesPerPart: number;
  /** Bytes in a row, without its line break. */
  bytesPerRow: number;
  /** Estimated tokens in a part: what the deployment lets wait in its queue; absent, no limit. */
  tokensPerPart?: number;
  /** Parts of one job. */
  parts: number;
}

/**
 * 50,000 rows is what the strictest documents name (OpenAI's; Azure's allow 100,000), and a
 * megabyte is read as 1,000,000 bytes, which no reading of "200 MB" refuses.
 */
export const INPUT_LIMITS: InputLimits = {
  rowsPerPart: 50_000,
  bytesPerPart: 200_000_000,
  bytesPerRow: 4_000_000,
  parts: 100,
};

/**
 * The tokens of a row as upstream may count them towards the queue: a third of its bytes, rounded
 * up. Too many rather than too few, since a part beyond the limit is refused as a whole.
 */
export function estimatedTokens(bytes: number): number {
  return Math.ceil(bytes / 3);
}
