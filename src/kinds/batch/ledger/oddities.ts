import type { ResultFile } from './ledger-entry.ts';

/** Counts what was strange about the results, for warnings. */
export class Oddities {
  readonly #unreadable = new Map<ResultFile, { lines: number; first: number }>();
  #repeated = 0;

  unreadable(file: ResultFile, line: number): void {
    const seen = this.#unreadable.get(file) ?? { lines: 0, first: line };
    this.#unreadable.set(file, { ...seen, lines: seen.lines + 1 });
  }

  repeated(): void {
    this.#repeated += 1;
  }

  /** @param unasked results for custom ids that the input does not have. */
  warnings(unasked: number): string[] {
    return [
      ...[...this.#unreadable].map(
        ([file, { lines, first }]) =>
          `${lines} of the lines in ${file} cannot be read as results; the first is line ${first}. Their rows count as missing.`,
      ),
      ...(this.#repeated > 0
        ? [`${this.#repeated} results repeat a custom_id; the first success of a row counts.`]
        : []),
      ...(unasked > 0
        ? [
            `${unasked} results are for custom_ids that the input does not have; they are not counted.`,
          ]
        : []),
    ];
  }
}
