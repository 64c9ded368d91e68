import { GrowingColumn } from '../rows/growing-column.ts';
import { IdTable } from '../rows/id-table.ts';
import type { Failure } from './failure.ts';
import type { ModelUsage, ResultFile } from './ledger-entry.ts';
import { NameList } from './name-list.ts';
import type { ResultLine } from './result-line.ts';

const FILES: readonly ResultFile[] = ['output.jsonl', 'errors.jsonl'];

/** More kinds of failures, or models, than these would make no summary any more. */
const MOST_NAMES = 1000;

const SUCCEEDED = 1;
const FAILED = 2;
const FAILED_FOR_NOW = 3;

/** What is known of the answer to a row. */
export interface Result {
  failure: Failure | undefined;
  where: { file: ResultFile; line: number };
  model: string;
  usage: ModelUsage;
}

/**
 * The results of all rows by custom id, in columns: some hundred bytes each, whatever the length of
 * ids and answers.
 */
export class ResultTable {
  readonly #ids = new IdTable();
  readonly #codes = new NameList(MOST_NAMES);
  readonly #models = new NameList(MOST_NAMES);
  readonly #outcome = new GrowingColumn();
  readonly #code = new GrowingColumn();
  readonly #file = new GrowingColumn();
  readonly #line = new GrowingColumn();
  readonly #model = new GrowingColumn();
  readonly #inputTokens = new GrowingColumn();
  readonly #cachedTokens = new GrowingColumn();
  readonly #outputTokens = new GrowingColumn();
  readonly #reasoningTokens = new GrowingColumn();

  /** How many custom ids have a result. */
  get size(): number {
    return this.#ids.size;
  }

  /**
   * The first success of a row counts; without one, the first failure.
   *
   * @returns false when the row had a result before.
   */
  add(result: ResultLine, file: ResultFile, line: number): boolean {
    const known = this.#ids.size;
    const number = this.#ids.add(result.customId);
    const isNew = number === known;
    const isBetter = !result.failure && this.#outcome.get(number) !== SUCCEEDED;
    if (isNew || isBetter) this.#set(number, result, FILES.indexOf(file), line);
    return isNew;
  }

  /** @returns the number of a row's result, or -1. */
  numberOf(customId: string): number {
    return this.#ids.numberOf(customId);
  }

  /** @param number of a result that there is. */
  get(number: number): Result {
    return {
      failure: this.#failure(number),
      where: {
        file: FILES[this.#file.get(number)] ?? 'output.jsonl',
        line: this.#line.get(number),
      },
      model: this.#models.nameOf(this.#model.get(number)),
      usage: {
        inputTokens: this.#inputTokens.get(number),
        cachedTokens: this.#cachedTokens.get(number),
        outputTokens: this.#outputTokens.get(number),
        reasoningTokens: this.#reasoningTokens.get(number),
      },
    };
  }

  #failure(number: number): Failure | undefined {
    const outcome = this.#outcome.get(number);
    if (outcome === SUCCEEDED) return undefined;
    const code = this.#codes.nameOf(this.#code.get(number));
    return { code, retryable: outcome === FAILED_FOR_NOW };
  }

  #set(number: number, { failure, model, usage }: ResultLine, file: number, line: number): void {
    this.#outcome.set(number, outcomeOf(failure));
    this.#code.set(number, failure ? this.#codes.numberOf(failure.code) : 0);
    this.#file.set(number, file);
    this.#line.set(number, line);
    this.#model.set(number, this.#models.numberOf((model ?? 'unknown').slice(0, 100)));
    this.#inputTokens.set(number, usage.inputTokens);
    this.#cachedTokens.set(number, usage.cachedTokens);
    this.#outputTokens.set(number, usage.outputTokens);
    this.#reasoningTokens.set(number, usage.reasoningTokens);
  }
}

function outcomeOf(failure: Failure | undefined): number {
  if (!failure) return SUCCEEDED;
  return failure.retryable ? FAILED_FOR_NOW : FAILED;
}
