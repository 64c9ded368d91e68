import { odata, type TableClient } from '@azure/data-tables';
import { LonghaulError } from '../jobs/errors.ts';
import type { JobEvent } from '../jobs/events.ts';
import type { Announcement, Announcements } from '../workflow/notices/ports.ts';
import { fromRecordParts, toRecordParts } from './job-record.ts';
import { insertEntity, putEntity, queryAll, readEntity, type Entity } from './table-entities.ts';

/** No job id holds a full stop, so this is no job's partition. */
const ANNOUNCEMENTS = '.announcements';

/** Events that are no job's, in the table of the job index. A few a month, so none is ever removed. */
export class TableAnnouncements implements Announcements {
  readonly #table: TableClient;

  constructor(table: TableClient) {
    this.#table = table;
  }

  async putOnce(event: JobEvent): Promise<Announcement> {
    const entity = entityOf({ event, published: false });
    if (await insertEntity(this.#table, entity)) return { event, published: false };
    const stored = await readEntity(this.#table, entity);
    if (stored) return announcementOf(stored);
    throw new LonghaulError('storage-unavailable', `The event ${event.id} is just being written.`);
  }

  markPublished(event: JobEvent): Promise<void> {
    return putEntity(this.#table, entityOf({ event, published: true }));
  }

  async *unpublished(): AsyncGenerator<JobEvent> {
    const filter = odata`PartitionKey eq ${ANNOUNCEMENTS} and published eq ${false}`;
    for await (const entity of queryAll(this.#table, filter)) yield announcementOf(entity).event;
  }
}

function entityOf({ event, published }: Announcement): Entity {
  return {
    partitionKey: ANNOUNCEMENTS,
    rowKey: event.id,
    type: event.type,
    subject: event.subject,
    published,
    ...toRecordParts(event, `the event ${event.id}`),
  };
}

function announcementOf(entity: Readonly<Record<string, unknown>>): Announcement {
  return { event: fromRecordParts(entity) as JobEvent, published: entity['published'] === true };
}
