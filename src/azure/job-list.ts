import { odata, type TableClient } from '@azure/data-tables';
import type { Job } from '../jobs/job.ts';
import type { JobQuery, JobSummary } from '../workflow/ports.ts';
import { firstListKeyBefore, idOfListKey, listKey } from './job-list-key.ts';
import { fromRecordParts, toRecordParts } from './job-record.ts';
import { decodeToken, encodeToken, wrongToken } from './list-token.ts';
import { statusOf } from './storage-errors.ts';
import {
  deleteEntity,
  insertEntity,
  putEntity,
  queryAll,
  queryPage,
  readEntity,
  replaceEntity,
  type Entity,
  type EntityPage,
} from './table-entities.ts';

/** No job id holds a full stop, so this is no job's partition. */
const LIST = '.list';

/** As many revisions as a column of whole numbers can tell apart. */
const LAST_REVISION = 2 ** 31 - 1;

/** A selective filter may find nothing in many pages; the caller goes on with the token. */
const PAGES_PER_CALL = 10;

/** How many of the oldest jobs one pass names, to bound its memory; the next pass names the next. */
const OLDEST_LIMIT = 10_000;

/** The second rows of all jobs, newest first. They may lag behind the rows that tell the truth. */
export class JobList {
  readonly #table: TableClient;

  constructor(table: TableClient) {
    this.#table = table;
  }

  /**
   * Writes the entry of `job` unless a newer one is there, so that a slow writer cannot put back
   * an old status.
   *
   * @param revision how often the job's row has been written.
   */
  async put(job: Job, revision: number): Promise<void> {
    const entity = entryOf(job, revision);
    if (revision === 1 && (await insertEntity(this.#table, entity))) return;
    for (;;) {
      const current = await readEntity(this.#table, entity);
      if (current === undefined) {
        if (await insertEntity(this.#table, entity)) return;
      } else {
        if (Number(current['revision']) >= revision || showsTheSame(current, entity)) return;
        if (await replaceEntity(this.#table, entity, current.etag)) return;
      }
    }
  }

  /** Writes the entry of a job that has ended: nothing newer can follow, whatever is there. */
  putEnded(job: Job): Promise<void> {
    return putEntity(this.#table, entryOf(job, LAST_REVISION));
  }

  async query(query: JobQuery): Promise<{ jobs: JobSummary[]; continuationToken?: string }> {
    const filter = filterOf(query);
    const jobs: JobSummary[] = [];
    let token =
      query.continuationToken === undefined ? undefined : decodeToken(query.continuationToken);
    for (let page = 0; page < PAGES_PER_CALL && jobs.length < query.top; page += 1) {
      const found = await this.#page(filter, query.top - jobs.length, token);
      jobs.push(...found.entities.map((entity) => fromRecordParts(entity) as JobSummary));
      token = found.continuationToken;
      if (token === undefined) return { jobs };
    }
    return token !== undefined ? { jobs, continuationToken: encodeToken(token) } : { jobs };
  }

  async #page(filter: string, top: number, token: string | undefined): Promise<EntityPage> {
    try {
      return await queryPage(this.#table, filter, { top, continuationToken: token });
    } catch (error) {
      if (token === undefined || statusOf(error) !== 400) throw error;
      throw wrongToken();
    }
  }

  /** Ids of the jobs created before `time` (ISO 8601), oldest first; at most 10,000. */
  async *createdBefore(time: string): AsyncGenerator<string> {
    const filter = odata`PartitionKey eq ${LIST} and RowKey ge ${firstListKeyBefore(time)}`;
    const oldest: string[] = [];
    for await (const { rowKey = '' } of queryAll(this.#table, filter)) {
      oldest.push(idOfListKey(rowKey));
      if (oldest.length >= 2 * OLDEST_LIMIT) oldest.splice(0, OLDEST_LIMIT);
    }
    yield* oldest.slice(-OLDEST_LIMIT).reverse();
  }

  /** @param job undefined when its row is gone already; then the entry has to be searched for. */
  async remove(id: string, job: Job | undefined): Promise<void> {
    const keys = job === undefined ? await this.#keysOf(id) : [listKey(job)];
    for (const rowKey of keys) await deleteEntity(this.#table, { partitionKey: LIST, rowKey });
  }

  async #keysOf(id: string): Promise<string[]> {
    const keys: string[] = [];
    const filter = odata`PartitionKey eq ${LIST} and id eq ${id}`;
    for await (const { rowKey = '' } of queryAll(this.#table, filter)) keys.push(rowKey);
    return keys;
  }
}

function entryOf(job: Job, revision: number): Entity {
  const labels = Object.entries(job.labels).map(([key, value]) => [labelColumn(key), value]);
  return {
    partitionKey: LIST,
    rowKey: listKey(job),
    id: job.id,
    kind: job.kind,
    status: job.status,
    revision,
    ...Object.fromEntries(labels),
    ...toRecordParts(summaryOf(job), `the list entry of job ${job.id}`),
  };
}

function summaryOf(job: Job): JobSummary {
  const { id, kind, status, phase, deployment, labels, createdAt, deadline, endedAt } = job;
  const summary = { id, kind, status, phase, deployment, labels, createdAt, deadline };
  return endedAt === undefined ? summary : { ...summary, endedAt };
}

function filterOf({ kind, status, label }: JobQuery): string {
  const conditions = [odata`PartitionKey eq ${LIST}`];
  if (kind !== undefined) conditions.push(odata`kind eq ${kind}`);
  if (status !== undefined) conditions.push(odata`status eq ${status}`);
  if (label !== undefined) {
    conditions.push(`${labelColumn(label.key)} ${odata`eq ${label.value}`}`);
  }
  return conditions.join(' and ');
}

/** Names of properties may hold letters, digits and underscores only; keys of labels may not. */
function labelColumn(key: string): string {
  return `label_${Buffer.from(key, 'utf8').toString('hex')}`;
}

/** Columns that storage adds are none of ours, and the revision is for writers alone. */
function showsTheSame(
  current: Readonly<Record<string, unknown>>,
  { revision: _revision, ...entry }: Entity,
): boolean {
  return Object.entries(entry).every(([column, value]) => current[column] === value);
}
