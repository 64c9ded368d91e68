import { odata, type TableClient } from '@azure/data-tables';
import { nowIso } from '../clock.ts';
import { derivedId } from '../jobs/identity.ts';
import type { StatusBoard, WatchedWork } from '../workflow/ports.ts';
import { fromRecordParts, toRecordParts } from './job-record.ts';
import {
  deleteEntity,
  insertEntity,
  putEntity,
  queryAll,
  readEntity,
  type EntityKey,
} from './table-entities.ts';

/** No job id begins with a full stop, so these are no job's partitions. */
const WATCHED = '.watched';
const LISTED = '.listed';

type WorkName = Pick<WatchedWork, 'endpoint' | 'upstreamId'>;

/** What a list said of one piece of work, and when that was new; ISO 8601. */
interface Notice {
  snapshot: unknown;
  at: string;
}

/** The status board in the table of the job index. */
export class TableStatusBoard implements StatusBoard {
  readonly #table: TableClient;

  constructor(table: TableClient) {
    this.#table = table;
  }

  async watch(work: WatchedWork): Promise<void> {
    const record = toRecordParts(work, `the watched work of job ${work.jobId}`);
    await insertEntity(this.#table, { ...watchedKey(work), ...record });
  }

  /** The watch goes first: without it no list writes the notice again. */
  async unwatch(work: WorkName): Promise<void> {
    await deleteEntity(this.#table, watchedKey(work));
    await deleteEntity(this.#table, noticeKey(work));
  }

  async *watched(): AsyncGenerator<WatchedWork> {
    const filter = odata`PartitionKey eq ${WATCHED}`;
    for await (const entity of queryAll(this.#table, filter)) {
      yield fromRecordParts(entity) as WatchedWork;
    }
  }

  async put(work: WorkName, snapshot: unknown): Promise<'changed' | 'same'> {
    const known = await this.#notice(work);
    if (known && JSON.stringify(known.snapshot) === JSON.stringify(snapshot)) return 'same';
    const notice: Notice = { snapshot, at: nowIso() };
    const record = toRecordParts(notice, `what a list said of ${work.upstreamId}`);
    await putEntity(this.#table, { ...noticeKey(work), ...record });
    return 'changed';
  }

  putListed(endpoint: string, at: string): Promise<void> {
    return putEntity(this.#table, { ...listedKey(endpoint), endpoint, at });
  }

  async read(work: WorkName): Promise<{ snapshot: unknown; listedAt: string } | undefined> {
    const [notice, listed] = await Promise.all([
      this.#notice(work),
      readEntity(this.#table, listedKey(work.endpoint)),
    ]);
    if (notice === undefined) return undefined;
    const { snapshot, at } = notice;
    const listedAt = listed ? String(listed['at']) : at;
    return { snapshot, listedAt: listedAt > at ? listedAt : at };
  }

  async #notice(work: WorkName): Promise<Notice | undefined> {
    const entity = await readEntity(this.#table, noticeKey(work));
    return entity && (fromRecordParts(entity) as Notice);
  }
}

// Hashes: endpoints and upstream ids may hold what a row key may not.

function watchedKey({ endpoint, upstreamId }: WorkName): EntityKey {
  return { partitionKey: WATCHED, rowKey: derivedId(endpoint, upstreamId) };
}

function noticeKey({ endpoint, upstreamId }: WorkName): EntityKey {
  return { partitionKey: LISTED, rowKey: `work-${derivedId(endpoint, upstreamId)}` };
}

function listedKey(endpoint: string): EntityKey {
  return { partitionKey: LISTED, rowKey: `endpoint-${derivedId(endpoint)}` };
}
