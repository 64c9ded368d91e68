import { customIdAt } from '../rows/custom-id.ts';
import { GrowingColumn } from '../rows/growing-column.ts';
import { isBlank, LineSplitter, type Line } from '../rows/line-splitter.ts';
import { INPUT_LIMITS } from '../rows/limits.ts';
import { RowScanner } from '../rows/row-scanner.ts';
import { transformLines } from '../rows/transformed-lines.ts';
import type { LedgerEntry, LedgerSummary, ResultFile } from './ledger-entry.ts';
import { Oddities } from './oddities.ts';
import { resultOf } from './result-line.ts';
import { ResultTable, type Result } from './result-table.ts';
import { Tally } from './tally.ts';

/** Bytes of a result that is read; upstream answers of text are far below. */
const LONGEST_RESULT = 32 * 1024 * 1024;

/**
 * Accounts for every row of one job. Results are noted while they pass through on their way to the
 * outputs; then the input is read once. Holds one result, and some hundred bytes for each row.
 *
 * ```ts
 * const ledger = new Ledger();
 * await outputs.write('output.jsonl', ledger.noting('output.jsonl', joined), type);
 * await outputs.write('errors.jsonl', ledger.noting('errors.jsonl', joinedErrors), type);
 * await outputs.write('ledger.jsonl', ledger.close(input.open()), type);
 * const summary = ledger.summary(seconds);
 * ```
 */
export class Ledger {
  readonly #results = new ResultTable();
  readonly #oddities = new Oddities();
  readonly #tally = new Tally();
  readonly #scanner = new RowScanner();
  readonly #asked = new GrowingColumn();
  #askedCount = 0;

  /** Passes the content on unchanged and notes each line of it. Each file once. */
  async *noting(file: ResultFile, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const splitter = new LineSplitter(LONGEST_RESULT, (line) => this.#note(file, line));
    for await (const chunk of content) {
      splitter.push(chunk);
      yield chunk;
    }
    splitter.end();
  }

  /** The lines of `ledger.jsonl`, once all results are noted: one for each row, in their order. */
  close(input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return transformLines(input, INPUT_LIMITS.bytesPerRow, (line) => {
      if (isBlank(line)) return [];
      return [Buffer.from(`${JSON.stringify(this.#entryOf(line))}\n`)];
    });
  }

  /**
   * Once the ledger is closed.
   *
   * @param durationSeconds of the job, until its last part had ended.
   */
  summary(durationSeconds: number): LedgerSummary {
    const warnings = this.#oddities.warnings(this.#results.size - this.#askedCount);
    return { ...this.#tally.summary(), durationSeconds, warnings };
  }

  #note(file: ResultFile, line: Line): void {
    if (isBlank(line)) return;
    const result = resultOf(line);
    if (!result) this.#oddities.unreadable(file, line.number);
    else if (!this.#results.add(result, file, line.number)) this.#oddities.repeated();
  }

  #entryOf(line: Line): LedgerEntry {
    const customId = customIdAt(line, this.#scanner);
    const result = customId === undefined ? undefined : this.#resultFor(customId);
    const entry = { custom_id: customId ?? null, line: line.number, ...ending(result) };
    this.#tally.add(entry, result);
    return entry;
  }

  #resultFor(customId: string): Result | undefined {
    const number = this.#results.numberOf(customId);
    if (number === -1) return undefined;
    if (this.#asked.get(number) === 0) this.#askedCount += 1;
    this.#asked.set(number, 1);
    return this.#results.get(number);
  }
}

function ending(result: Result | undefined): Omit<LedgerEntry, 'custom_id' | 'line'> {
  if (!result) return { outcome: 'missing', retryable: true };
  const { failure, where } = result;
  return failure ? { outcome: 'failed', ...failure, where } : { outcome: 'succeeded', where };
}
