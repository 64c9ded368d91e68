import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerEntry, LedgerSummary } from '../../src/kinds/batch/ledger/ledger-entry.ts';

export const LEDGER = 'ledger.jsonl';

/** What became of the rows of one batch. */
export interface CheckedLedger {
  /** For people. */
  lines: string[];
  /** Rows that a retry can help. */
  retryable: number;
  /** What does not add up, in words. */
  faults: string[];
}

/**
 * Counts the rows of a ledger, and compares the counts with the summary and with what was handed in.
 *
 * @param folder the outputs of the job.
 * @param rowsIn how many rows were handed in.
 */
export async function checkLedger(folder: string, rowsIn: number): Promise<CheckedLedger> {
  const text = await readFile(join(folder, LEDGER), 'utf8');
  const entries = text.trimEnd().split('\n').map(asEntry);
  const summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as LedgerSummary;
  const { rows, succeeded, failed, missing, retryable } = summary;
  return {
    lines: [
      `${rowsIn} rows in = ${succeeded} succeeded + ${failed} failed + ${missing} missing`,
      ...codes(summary),
    ],
    retryable,
    faults: [
      ...differs('rows', rowsIn, rows),
      ...differs('rows in ledger.jsonl', rowsIn, new Set(entries.map((row) => row.custom_id)).size),
      ...differs('outcomes', rows, succeeded + failed + missing),
      ...differs('succeeded', count(entries, 'succeeded'), succeeded),
      ...differs('failed', count(entries, 'failed'), failed),
      ...differs('missing', count(entries, 'missing'), missing),
    ],
  };
}

function asEntry(line: string): LedgerEntry {
  return JSON.parse(line) as LedgerEntry;
}

function count(entries: readonly LedgerEntry[], outcome: LedgerEntry['outcome']): number {
  return entries.filter((entry) => entry.outcome === outcome).length;
}

function differs(what: string, expected: number, found: number): string[] {
  return expected === found ? [] : [`${what}: ${found} instead of ${expected}`];
}

function codes({ failedByCode, retryable }: LedgerSummary): string[] {
  const told = Object.entries(failedByCode).map(([code, times]) => `${times} ${code}`);
  return told.length === 0 ? [] : [`failed: ${told.join(', ')}; a retry can help ${retryable}`];
}
