import { odata, type TableClient } from '@azure/data-tables';
import type { AdmissionStore, CountedCalls, Desk, Versioned, Waiter } from '../workflow/ports.ts';
import { fromRecordParts, toRecordParts } from './job-record.ts';
import {
  deleteEntity,
  insertEntity,
  putEntity,
  queryAll,
  queryPage,
  readEntity,
  replaceEntity,
  type Entity,
  type EntityKey,
} from './table-entities.ts';

/** No job id holds a full stop, so these are no job's partitions. */
const DESKS = '.desks';
const CALLS = '.calls';
const QUEUE = '.queue';

/** What stands for the version of a row that is not there. */
const NOTHING = '';

const NO_DESK: Desk = { holders: [], queued: false, entries: [] };

/** Desks, queues and counted calls, in the table of the job index. */
export class TableAdmissionStore implements AdmissionStore {
  readonly #table: TableClient;

  constructor(table: TableClient) {
    this.#table = table;
  }

  readDesk(deployment: string): Promise<Versioned<Desk>> {
    return this.#read(deskKey(deployment), NO_DESK);
  }

  replaceDesk(deployment: string, desk: Desk, version: string): Promise<boolean> {
    const record = toRecordParts(desk, `the desk of ${deployment}`);
    return this.#replace({ ...deskKey(deployment), deployment, ...record }, version);
  }

  async *desks(): AsyncGenerator<Versioned<Desk> & { deployment: string }> {
    const filter = odata`PartitionKey eq ${DESKS}`;
    for await (const entity of queryAll(this.#table, filter)) {
      const { deployment, etag } = entity;
      const value = fromRecordParts(entity) as Desk;
      yield { deployment: String(deployment), value, version: etag };
    }
  }

  enqueue(deployment: string, waiter: Waiter): Promise<void> {
    const record = toRecordParts(waiter, `the waiting job ${waiter.jobId}`);
    return putEntity(this.#table, { ...waiterKey(deployment, waiter.key), ...record });
  }

  dequeue(deployment: string, { key }: Pick<Waiter, 'key'>): Promise<void> {
    return deleteEntity(this.#table, waiterKey(deployment, key));
  }

  /** The service answers in the order of the keys; a short page does not mean that none follow. */
  async head(deployment: string, top: number): Promise<Waiter[]> {
    const filter = odata`PartitionKey eq ${queueOf(deployment)}`;
    const waiters: Waiter[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await queryPage(this.#table, filter, {
        top: top - waiters.length,
        continuationToken,
      });
      waiters.push(...page.entities.map((entity) => fromRecordParts(entity) as Waiter));
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined && waiters.length < top);
    return waiters;
  }

  async ahead(deployment: string, key: string): Promise<number> {
    const filter = odata`PartitionKey eq ${queueOf(deployment)} and RowKey lt ${key}`;
    let count = 0;
    for await (const _waiter of queryAll(this.#table, filter)) count += 1;
    return count;
  }

  readCalls(deployment: string, shard: number): Promise<Versioned<CountedCalls[]>> {
    return this.#read(callsKey(deployment, shard), []);
  }

  replaceCalls(
    deployment: string,
    shard: number,
    calls: CountedCalls[],
    version: string,
  ): Promise<boolean> {
    const record = toRecordParts(calls, `the calls of ${deployment}`);
    return this.#replace({ ...callsKey(deployment, shard), ...record }, version);
  }

  async #read<T>(key: EntityKey, absent: T): Promise<Versioned<T>> {
    const entity = await readEntity(this.#table, key);
    if (entity === undefined) return { value: absent, version: NOTHING };
    return { value: fromRecordParts(entity) as T, version: entity.etag };
  }

  #replace(entity: Entity, version: string): Promise<boolean> {
    return version === NOTHING
      ? insertEntity(this.#table, entity)
      : replaceEntity(this.#table, entity, version);
  }
}

const deskKey = (deployment: string) => ({ partitionKey: DESKS, rowKey: keyPart(deployment) });

const callsKey = (deployment: string, shard: number) => ({
  partitionKey: CALLS,
  rowKey: `${shard}-${keyPart(deployment)}`,
});

const queueOf = (deployment: string) => `${QUEUE}-${keyPart(deployment)}`;

const waiterKey = (deployment: string, key: string) => ({
  partitionKey: queueOf(deployment),
  rowKey: key,
});

/** The same in any case, and without what keys may not hold. */
function keyPart(deployment: string): string {
  return encodeURIComponent(deployment.toLowerCase()).replaceAll('%', '!');
}
