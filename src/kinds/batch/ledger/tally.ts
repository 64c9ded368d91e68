import type { LedgerEntry, LedgerSummary, ModelUsage } from './ledger-entry.ts';
import type { Result } from './result-table.ts';

/** Counts the entries of a ledger as they are written. */
export class Tally {
  readonly #counts = { succeeded: 0, failed: 0, missing: 0 };
  readonly #failedByCode = new Map<string, number>();
  readonly #usageByModel = new Map<string, ModelUsage>();
  #retryable = 0;

  add({ outcome, code, retryable }: LedgerEntry, result: Result | undefined): void {
    this.#counts[outcome] += 1;
    if (retryable === true) this.#retryable += 1;
    if (code !== undefined) this.#failedByCode.set(code, (this.#failedByCode.get(code) ?? 0) + 1);
    if (result) this.#addUsage(result);
  }

  summary(): Omit<LedgerSummary, 'durationSeconds' | 'warnings'> {
    const { succeeded, failed, missing } = this.#counts;
    return {
      rows: succeeded + failed + missing,
      ...this.#counts,
      failedByCode: Object.fromEntries(this.#failedByCode),
      retryable: this.#retryable,
      usageByModel: Object.fromEntries(this.#usageByModel),
    };
  }

  /** Failures that say nothing of tokens, as most do, name no model to count for. */
  #addUsage({ model, usage }: Result): void {
    const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = usage;
    if (inputTokens + outputTokens === 0) return;
    const sum = this.#usageByModel.get(model);
    this.#usageByModel.set(model, {
      inputTokens: (sum?.inputTokens ?? 0) + inputTokens,
      cachedTokens: (sum?.cachedTokens ?? 0) + cachedTokens,
      outputTokens: (sum?.outputTokens ?? 0) + outputTokens,
      reasoningTokens: (sum?.reasoningTokens ?? 0) + reasoningTokens,
    });
  }
}
