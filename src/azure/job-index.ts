import type { TableClient } from '@azure/data-tables';
import { clock } from '../clock.ts';
import { LonghaulError } from '../jobs/errors.ts';
import { isBeingSent, type Job } from '../jobs/job.ts';
import { isTerminal } from '../jobs/status.ts';
import type { SubmissionOutcome } from '../kinds/kind.ts';
import type {
  Claim,
  OutcomeName,
  Intent,
  JobIndex,
  JobQuery,
  JobSummary,
  Versioned,
} from '../workflow/ports.ts';
import { Claims } from './claims.ts';
import { JobIntents } from './job-intents.ts';
import { JobList } from './job-list.ts';
import { removeParts } from './job-parts.ts';
import { fromRecordParts, toRecordParts } from './job-record.ts';
import { isSettled, OpenMarks } from './open-marks.ts';
import {
  deleteEntity,
  insertEntity,
  readEntity,
  replaceEntity,
  type Entity,
  type EntityKey,
} from './table-entities.ts';

/**
 * The job index in one table. A job's partition is its id: the row `job` and its intents. Beside
 * them the partition `.open` holds the marks, `.list` the list, newest first, and `.claims` the
 * claims. A part has a row, intents and a mark like a job, but is not in the list.
 */
export class TableJobIndex implements JobIndex {
  readonly #table: TableClient;
  readonly #intents: JobIntents;
  readonly #list: JobList;
  readonly #marks: OpenMarks;
  readonly #claims: Claims;

  constructor(table: TableClient) {
    this.#table = table;
    this.#intents = new JobIntents(table);
    this.#list = new JobList(table);
    this.#marks = new OpenMarks(table);
    this.#claims = new Claims(table);
  }

  async insert(job: Job): Promise<'inserted' | 'exists'> {
    await this.#marks.set(job.id);
    if (!(await insertEntity(this.#table, rowOf(job, 1)))) return 'exists';
    await this.#listIfPossible(job, 1);
    return 'inserted';
  }

  async read(id: string): Promise<Versioned<Job> | undefined> {
    const row = await this.#readRow(id);
    if (row === undefined) return undefined;
    const { job, revision, etag } = row;
    return { value: job, version: JSON.stringify({ revision, etag, listed: listedOf(job) }) };
  }

  async replace(job: Job, version: string): Promise<boolean> {
    const { revision, etag, listed } = JSON.parse(version) as Version;
    const replaced = await replaceEntity(this.#table, rowOf(job, revision + 1), etag);
    // Polls change nothing that a list shows, and are most of what is written.
    const isNews = !isBeingSent(job) && listedOf(job) !== listed;
    if (replaced && isNews) await this.#listIfPossible(job, revision + 1);
    return replaced;
  }

  open(): AsyncIterable<{ id: string; markedAt: string }> {
    return this.#marks.all();
  }

  async close(job: Job): Promise<void> {
    if (!hasJustEnded(job)) return this.unmark(job.id);
    if (job.part === undefined) await this.#list.putEnded(job);
    await this.#marks.remove(job.id);
  }

  /**
   * The mark is read before the row: one that is set later, by a submission after the row was
   * removed, is another. Without a row it stays while the insert that set it may be under way.
   */
  async unmark(id: string): Promise<void> {
    const mark = await this.#marks.read(id);
    const row = await this.#readRow(id);
    if (row !== undefined) await this.#putInList(row.job, row.revision);
    const needless = row === undefined ? mark && isSettled(mark) : row.job.publishedAt;
    if (mark !== undefined && needless) await this.#marks.remove(id, mark);
  }

  list(query: JobQuery): Promise<{ jobs: JobSummary[]; continuationToken?: string }> {
    return this.#list.query(query);
  }

  createdBefore(time: string): AsyncIterable<string> {
    return this.#list.createdBefore(time);
  }

  /** The list entry goes last, since it is what leads here again after a crash. */
  async remove(id: string): Promise<void> {
    const row = await this.#readRow(id);
    for (const part of await removeParts(this.#table, id)) await this.#marks.remove(part);
    await this.#intents.removeAll(id);
    await deleteEntity(this.#table, keyOf(id));
    await this.#marks.remove(id);
    await this.#list.remove(id, row?.job);
  }

  insertIntent(intent: Intent): Promise<'inserted' | 'exists'> {
    return this.#intents.insert(intent);
  }

  readIntent(jobId: string, number: number): Promise<Intent | undefined> {
    return this.#intents.read({ jobId, number });
  }

  resolveIntent(
    intent: Intent,
    outcome: SubmissionOutcome,
    unless?: readonly OutcomeName[],
  ): Promise<Intent> {
    return this.#intents.resolve(intent, outcome, unless);
  }

  claim(claim: Claim): Promise<Claim> {
    return this.#claims.claim(claim);
  }

  readClaim(claim: Pick<Claim, 'deployment' | 'upstreamId'>): Promise<Claim | undefined> {
    return this.#claims.read(claim);
  }

  claims(): AsyncIterable<Claim> {
    return this.#claims.all();
  }

  removeClaim(claim: Pick<Claim, 'deployment' | 'upstreamId'>): Promise<void> {
    return this.#claims.remove(claim);
  }

  async #readRow(id: string): Promise<{ job: Job; revision: number; etag: string } | undefined> {
    const entity = await readEntity(this.#table, keyOf(id));
    if (entity === undefined) return undefined;
    const job = fromRecordParts(entity) as Job;
    return { job, revision: Number(entity['revision']), etag: entity.etag };
  }

  /** The row is written, so the caller has succeeded; `close` repairs what the list lacks. */
  async #listIfPossible(job: Job, revision: number): Promise<void> {
    try {
      await this.#putInList(job, revision);
    } catch (error) {
      if (!(error instanceof LonghaulError && error.code === 'storage-unavailable')) throw error;
    }
  }

  async #putInList(job: Job, revision: number): Promise<void> {
    if (job.part !== undefined) return;
    if (isTerminal(job.status)) await this.#list.putEnded(job);
    else await this.#list.put(job, revision);
  }
}

/**
 * Jobs are removed a day after their end at the earliest, so that for an hour nobody can have handed
 * in another under the same id.
 */
const JUST_ENDED = 3_600_000;

function hasJustEnded({ endedAt = '' }: Job): boolean {
  return clock().now() - Date.parse(endedAt) < JUST_ENDED;
}

const keyOf = (id: string): EntityKey => ({ partitionKey: id, rowKey: 'job' });

/** The record is what the app reads; the other columns are for people and their queries. */
function rowOf(job: Job, revision: number): Entity {
  return {
    ...keyOf(job.id),
    revision,
    kind: job.kind,
    status: job.status,
    phase: job.phase,
    deployment: job.deployment,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    endedAt: job.endedAt,
    deadline: job.deadline,
    upstreamId: job.upstream?.id,
    errorCode: job.error?.code,
    publishedAt: job.publishedAt,
    ...toRecordParts(job, `job ${job.id}`),
  };
}

/** What a version holds beside the ETag: by the revision the list can tell older from newer. */
interface Version {
  revision: number;
  etag: string;
  listed: string;
}

/**
 * What makes a list be brought up to date at once: a change of status, and of what a job that has
 * not begun waits for. Finer phases may lag until then. Whatever follows a create that is on its way
 * is news, for the create itself was not.
 */
function listedOf(job: Job): string {
  if (isBeingSent(job)) return '';
  const { status, phase, deployment, endedAt = '' } = job;
  return [status, status === 'queued' ? phase : '', deployment, endedAt].join(' ');
}
