export type Outcome = 'succeeded' | 'failed' | 'missing';

/** The two files of answers that a job has among its outputs. */
export type ResultFile = 'output.jsonl' | 'errors.jsonl';

/** One line of `ledger.jsonl`: what became of one row of the input. In the order of the input. */
export interface LedgerEntry {
  /** Null for a row whose id cannot be read. */
  custom_id: string | null;
  /** The line of the input, from 1. */
  line: number;
  outcome: Outcome;
  /** Why it failed, in upstream's words: `content_filter`, `429`, … */
  code?: string;
  /** Whether asking again can help; for rows that did not succeed. */
  retryable?: boolean;
  /** Where the answer is. */
  where?: { file: ResultFile; line: number };
}

/** Tokens that a model used. */
export interface ModelUsage {
  inputTokens: number;
  /** Part of the input tokens. */
  cachedTokens: number;
  outputTokens: number;
  /** Part of the output tokens. */
  reasoningTokens: number;
}

/** `summary.json`. Always: rows = succeeded + failed + missing. */
export interface LedgerSummary {
  rows: number;
  succeeded: number;
  failed: number;
  missing: number;
  failedByCode: Record<string, number>;
  /** Rows that a retry can help. */
  retryable: number;
  usageByModel: Record<string, ModelUsage>;
  /** From the acceptance of the job until the last upstream batch was home, in seconds. */
  durationSeconds: number;
  warnings: string[];
}
