import type { Usage } from '../kind.ts';
import type { Part } from '../ports.ts';
import type { LedgerSummary, ModelUsage } from './ledger/ledger-entry.ts';

const NO_LEDGER =
  'The input blob was changed or deleted while the batch ran, so there is no ledger: output.jsonl and errors.jsonl hold every answer, and rows without one are not listed.';

/** The counters of a job: its rows, and the tokens of all models together. */
export function usageOf(summary: LedgerSummary | undefined): Usage {
  if (!summary) return {};
  const { rows, succeeded, failed, missing } = summary;
  const models = Object.values(summary.usageByModel);
  const sum = (counter: keyof ModelUsage) =>
    models.reduce((total, usage) => total + usage[counter], 0);
  return {
    rows,
    rows_succeeded: succeeded,
    rows_failed: failed,
    rows_missing: missing,
    input_tokens: sum('inputTokens'),
    cached_tokens: sum('cachedTokens'),
    output_tokens: sum('outputTokens'),
    reasoning_tokens: sum('reasoningTokens'),
    total_tokens: sum('inputTokens') + sum('outputTokens'),
  };
}

export function warningsOf(parts: readonly Part[], summary: LedgerSummary | undefined): string[] {
  const told = parts.flatMap(({ number, warnings }) =>
    warnings.map((warning) => (parts.length > 1 ? `Part ${number}: ${warning}` : warning)),
  );
  if (!summary) return [...told, NO_LEDGER];
  return [...told, ...unfinished(summary), ...summary.warnings];
}

function unfinished({ rows, failed, missing, retryable }: LedgerSummary): string[] {
  if (failed + missing === 0) return [];
  const help = retryable > 0 ? ` The action retry-rows sends ${retryable} of them again.` : '';
  return [
    `Of ${rows} rows ${failed} failed and ${missing} got no answer; ledger.jsonl tells of each.${help}`,
  ];
}
