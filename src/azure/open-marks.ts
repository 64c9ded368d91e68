import { odata, type TableClient } from '@azure/data-tables';
import { clock, nowIso } from '../clock.ts';
import { deleteEntity, putEntity, queryAll, readEntity } from './table-entities.ts';

/** No job id holds a full stop, so this is no job's partition. */
const OPEN = '.open';

/** Far longer than an insert takes with all its retries. */
const SETTLED = 10 * 60_000;

/** A mark as it was read. */
export interface OpenMark {
  markedAt: string;
  etag: string;
}

/** The marks of the jobs that have not ended, or whose last event was not sent. */
export class OpenMarks {
  readonly #table: TableClient;

  constructor(table: TableClient) {
    this.#table = table;
  }

  /** A mark that is there is made new: {@link remove} must not take it for the old one. */
  set(id: string): Promise<void> {
    return putEntity(this.#table, { ...keyOf(id), markedAt: nowIso() });
  }

  async read(id: string): Promise<OpenMark | undefined> {
    const entity = await readEntity(this.#table, keyOf(id));
    return entity && { markedAt: String(entity['markedAt']), etag: entity.etag };
  }

  async *all(): AsyncGenerator<{ id: string; markedAt: string }> {
    const filter = odata`PartitionKey eq ${OPEN}`;
    for await (const { rowKey = '', markedAt } of queryAll(this.#table, filter)) {
      yield { id: rowKey, markedAt: String(markedAt) };
    }
  }

  /** @param mark unless it is still this one, the mark stays; absent: any. */
  remove(id: string, mark?: OpenMark): Promise<void> {
    return deleteEntity(this.#table, keyOf(id), mark?.etag);
  }
}

/** True when no insert that set this mark can still be under way. */
export function isSettled({ markedAt }: OpenMark): boolean {
  return Date.parse(markedAt) + SETTLED <= clock().now();
}

const keyOf = (id: string) => ({ partitionKey: OPEN, rowKey: id });
