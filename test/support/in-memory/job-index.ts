import { clock, nowIso } from '../../../src/clock.ts';
import { LonghaulError } from '../../../src/jobs/errors.ts';
import type { Job } from '../../../src/jobs/job.ts';
import type { SubmissionOutcome } from '../../../src/kinds/kind.ts';
import type {
  Claim,
  Intent,
  JobIndex,
  JobQuery,
  JobSummary,
  Versioned,
  OutcomeName,
} from '../../../src/workflow/ports.ts';
import type { Around } from './around.ts';
import { ClaimRecords } from './claims.ts';

/** Milliseconds after which no insert that set a mark can still be under way. */
const MARK_SETTLED = 600_000;

/** What the index holds, as text: nobody can change it by keeping hold of an object. */
export class IndexRecords {
  readonly rows = new Map<string, { record: string; version: number }>();
  readonly marks = new Map<string, string>();
  readonly intents = new Map<string, string>();
  /** The list: it may outlive its rows for a moment. */
  readonly listed = new Map<string, string>();
  readonly claims = new ClaimRecords();

  job(id: string): Job | undefined {
    const row = this.rows.get(id);
    return row && (JSON.parse(row.record) as Job);
  }

  jobs(): Job[] {
    return [...this.rows.values()].map(({ record }) => JSON.parse(record) as Job);
  }

  intent(jobId: string, number: number): Intent | undefined {
    const record = this.intents.get(`${jobId}/${number}`);
    return record === undefined ? undefined : (JSON.parse(record) as Intent);
  }

  intentsOf(jobId: string): Intent[] {
    const records = [...this.intents].filter(([key]) => key.startsWith(`${jobId}/`));
    return records.map(([, record]) => JSON.parse(record) as Intent);
  }
}

/** The job index in memory. Marks, rows and list are written one by one, as in a table. */
export class MemoryJobIndex implements JobIndex {
  readonly #records: IndexRecords;
  readonly #around: Around;

  constructor(records: IndexRecords, around: Around) {
    this.#records = records;
    this.#around = around;
  }

  async insert(job: Job): Promise<'inserted' | 'exists'> {
    await this.#around('index.mark', () => this.#records.marks.set(job.id, nowIso()));
    return this.#around('index.insert', () => {
      const { rows, listed } = this.#records;
      if (rows.has(job.id)) return 'exists';
      rows.set(job.id, { record: JSON.stringify(job), version: 1 });
      if (!job.part) listed.set(job.id, job.createdAt);
      return 'inserted';
    });
  }

  read(id: string): Promise<Versioned<Job> | undefined> {
    return this.#around('index.read', () => {
      const row = this.#records.rows.get(id);
      return row && { value: JSON.parse(row.record) as Job, version: String(row.version) };
    });
  }

  replace(job: Job, version: string): Promise<boolean> {
    return this.#around('index.replace', () => {
      const row = this.#records.rows.get(job.id);
      if (String(row?.version) !== version) return false;
      const next = Number(version) + 1;
      this.#records.rows.set(job.id, { record: JSON.stringify(job), version: next });
      return true;
    });
  }

  async *open(): AsyncGenerator<{ id: string; markedAt: string }> {
    const marks = await this.#around('index.open', () => [...this.#records.marks]);
    yield* marks.map(([id, markedAt]) => ({ id, markedAt }));
  }

  async close({ id }: Job): Promise<void> {
    await this.#around('index.close', () => this.#records.marks.delete(id));
  }

  async unmark(id: string): Promise<void> {
    await this.#around('index.unmark', () => {
      const { rows, marks } = this.#records;
      const age = clock().now() - Date.parse(marks.get(id) ?? '');
      if (rows.has(id) ? this.#records.job(id)?.publishedAt : age >= MARK_SETTLED) marks.delete(id);
    });
  }

  list(query: JobQuery): Promise<{ jobs: JobSummary[]; continuationToken?: string }> {
    return this.#around('index.list', () => {
      const from = Number(query.continuationToken ?? 0);
      const jobs = this.#records.jobs().filter(({ part }) => !part);
      const found = jobs.filter((job) => matches(job, query));
      const newestFirst = found.sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
      const page = newestFirst.slice(from, from + query.top).map(summaryOf);
      const next = from + query.top;
      return next < found.length ? { jobs: page, continuationToken: String(next) } : { jobs: page };
    });
  }

  async *createdBefore(time: string): AsyncGenerator<string> {
    const listed = await this.#around('index.createdBefore', () => [...this.#records.listed]);
    const old = listed.filter(([, createdAt]) => createdAt < time);
    yield* old.sort(([, one], [, other]) => (one < other ? -1 : 1)).map(([id]) => id);
  }

  async remove(id: string): Promise<void> {
    const { intents, rows, marks, listed } = this.#records;
    await this.#around('index.removeParts', () => {
      for (const records of [intents, rows, marks]) {
        for (const key of records.keys()) if (key.startsWith(`${id}.`)) records.delete(key);
      }
    });
    await this.#around('index.removeIntents', () => {
      for (const key of intents.keys()) if (key.startsWith(`${id}/`)) intents.delete(key);
    });
    await this.#around('index.removeRow', () => rows.delete(id));
    await this.#around('index.removeMark', () => marks.delete(id));
    await this.#around('index.unlist', () => listed.delete(id));
  }

  insertIntent(intent: Intent): Promise<'inserted' | 'exists'> {
    return this.#around('index.insertIntent', () => {
      const key = `${intent.jobId}/${intent.number}`;
      if (this.#records.intents.has(key)) return 'exists';
      this.#records.intents.set(key, JSON.stringify(intent));
      return 'inserted';
    });
  }

  readIntent(jobId: string, number: number): Promise<Intent | undefined> {
    return this.#around('index.readIntent', () => this.#records.intent(jobId, number));
  }

  resolveIntent(
    intent: Intent,
    outcome: SubmissionOutcome,
    unless: readonly OutcomeName[] = [],
  ): Promise<Intent> {
    return this.#around('index.resolveIntent', () => {
      const known = this.#intent(intent);
      const stays = known.outcome !== undefined && unless.includes(known.outcome.outcome);
      return stays ? known : this.#resolved({ ...intent, outcome });
    });
  }

  #intent({ jobId, number }: Pick<Intent, 'jobId' | 'number'>): Intent {
    const intent = this.#records.intent(jobId, number);
    if (intent) return intent;
    throw new LonghaulError('internal-error', `${jobId} has no intent ${number}.`);
  }

  #resolved(intent: Intent): Intent {
    this.#records.intents.set(`${intent.jobId}/${intent.number}`, JSON.stringify(intent));
    return intent;
  }

  claim(claim: Claim): Promise<Claim> {
    return this.#around('index.claim', () => this.#records.claims.claim(claim));
  }

  readClaim(claim: Pick<Claim, 'deployment' | 'upstreamId'>): Promise<Claim | undefined> {
    return this.#around('index.readClaim', () => this.#records.claims.read(claim));
  }

  async *claims(): AsyncGenerator<Claim> {
    yield* await this.#around('index.claims', () => this.#records.claims.all());
  }

  async removeClaim(claim: Pick<Claim, 'deployment' | 'upstreamId'>): Promise<void> {
    await this.#around('index.removeClaim', () => this.#records.claims.remove(claim));
  }
}

function matches(job: Job, { kind, status, label }: JobQuery): boolean {
  return (
    (kind === undefined || job.kind === kind) &&
    (status === undefined || job.status === status) &&
    (label === undefined || job.labels[label.key] === label.value)
  );
}

function summaryOf(job: Job): JobSummary {
  const { id, kind, status, phase, deployment, labels, createdAt, deadline, endedAt } = job;
  const summary = { id, kind, status, phase, deployment, labels, createdAt, deadline };
  return endedAt === undefined ? summary : { ...summary, endedAt };
}
