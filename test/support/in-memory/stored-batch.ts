/** What becomes of a batch; unless told otherwise, every row is answered after an hour. */
export interface BatchWork {
  /** Milliseconds until the end. */
  runsFor: number;
  ends: 'completed' | 'failed' | 'expired';
  /** Part of the rows that are answered when the batch does not complete, 0 to 1. */
  answered: number;
  /** Custom ids of rows that fail, with the status of their answer. */
  failing: ReadonlyMap<string, number>;
  /** `errors.data` of a failed batch. */
  faults: readonly Record<string, unknown>[];
}

export const AN_HOUR: BatchWork = {
  runsFor: 3_600_000,
  ends: 'completed',
  answered: 1,
  failing: new Map(),
  faults: [],
};

export interface Results {
  output: string;
  errors: string;
}

/** A batch of the account in memory: what it is follows from the time. */
export class StoredBatch {
  readonly id: string;
  readonly createdAt: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly work: BatchWork;
  readonly #rows: readonly string[];
  #cancelledAt: number | undefined;
  outputFileId = '';
  errorFileId = '';

  constructor(
    id: string,
    body: Readonly<Record<string, unknown>>,
    rows: readonly string[],
    createdAt: number,
    work: BatchWork,
  ) {
    this.id = id;
    this.body = body;
    this.#rows = rows;
    this.createdAt = createdAt;
    this.work = work;
  }

  get endsAt(): number {
    const end = this.createdAt + this.work.runsFor;
    return Math.min(end, this.#cancelledAt ?? end);
  }

  hasEnded(now: number): boolean {
    return now >= this.endsAt;
  }

  status(now: number): string {
    if (!this.hasEnded(now)) return 'in_progress';
    return this.#cancelledAt === undefined ? this.work.ends : 'cancelled';
  }

  /** @returns false when the batch had ended before. */
  cancel(now: number): boolean {
    if (this.hasEnded(now)) return false;
    this.#cancelledAt = now;
    return true;
  }

  resource(now: number): Record<string, unknown> {
    const answered = this.#answered(now).length;
    const failed = this.status(now) === 'failed';
    return {
      ...this.body,
      id: this.id,
      object: 'batch',
      status: this.status(now),
      created_at: Math.floor(this.createdAt / 1_000),
      output_file_id: this.outputFileId,
      error_file_id: this.errorFileId,
      errors: failed ? { object: 'list', data: this.work.faults } : null,
      request_counts: failed ? null : { total: this.#rows.length, completed: answered, failed: 0 },
    };
  }

  /** What the files of an ended batch hold. */
  results(now: number): Results {
    const answers = this.#answered(now).map((id) => this.#answerTo(id));
    const of = (isError: boolean) =>
      answers.filter((answer) => answer.isError === isError).map(({ line }) => `${line}\n`);
    return { output: of(false).join(''), errors: of(true).join('') };
  }

  #answered(now: number): readonly string[] {
    const whole = this.status(now) === 'completed';
    const done = Math.min(1, (now - this.createdAt) / this.work.runsFor);
    const share = whole ? 1 : Math.min(done, this.work.answered);
    return this.#rows.slice(0, Math.floor(this.#rows.length * share));
  }

  #answerTo(customId: string): { isError: boolean; line: string } {
    const status = this.work.failing.get(customId);
    const body = status
      ? { error: { code: `e${status}`, message: 'It failed.' } }
      : { id: `r-${customId}`, model: 'o3', usage: { input_tokens: 3, output_tokens: 2 } };
    const response = { status_code: status ?? 200, request_id: `q-${customId}`, body };
    const line = JSON.stringify({ custom_id: customId, response, error: null });
    return { isError: status !== undefined, line };
  }
}
