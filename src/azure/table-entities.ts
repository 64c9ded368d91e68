import { randomUUID } from 'node:crypto';
import type { TableClient, TableEntityResult } from '@azure/data-tables';
import { statusOf, storageCall, unlessStatus } from './storage-errors.ts';

export interface EntityKey {
  partitionKey: string;
  rowKey: string;
}

export type Entity = EntityKey & Record<string, string | number | boolean | undefined>;
export type StoredEntity = TableEntityResult<Record<string, unknown>>;

const NOT_FOUND = 404;
const CONFLICT = 409;
const PRECONDITION_FAILED = 412;

export function readEntity(
  table: TableClient,
  { partitionKey, rowKey }: EntityKey,
): Promise<StoredEntity | undefined> {
  return unlessStatus(
    storageCall((abortSignal) => table.getEntity(partitionKey, rowKey, { abortSignal })),
    [NOT_FOUND],
    undefined,
  );
}

/**
 * Insert-if-absent.
 *
 * @returns false when there is one already that another call has written.
 */
export function insertEntity(table: TableClient, entity: Entity): Promise<boolean> {
  return writeOnce(table, entity, [CONFLICT], (signed, abortSignal) =>
    table.createEntity(signed, { abortSignal }),
  );
}

/**
 * Compare-and-swap.
 *
 * @param etag `*`: any.
 * @returns false when the entity is no longer the one with `etag`, or is gone.
 */
export function replaceEntity(table: TableClient, entity: Entity, etag: string): Promise<boolean> {
  return writeOnce(table, entity, [PRECONDITION_FAILED, NOT_FOUND], (signed, abortSignal) =>
    table.updateEntity(signed, 'Replace', { etag, abortSignal }),
  );
}

/**
 * A write is sent again when the answer to it was lost; if the first one had arrived, the
 * second fails by the first. The random mark of this call tells that from another's write.
 */
async function writeOnce(
  table: TableClient,
  entity: Entity,
  conflicts: readonly number[],
  send: (signed: Entity & { writeId: string }, abortSignal: AbortSignal) => Promise<unknown>,
): Promise<boolean> {
  const writeId = randomUUID();
  try {
    await storageCall((abortSignal) => send({ ...entity, writeId }, abortSignal));
    return true;
  } catch (error) {
    if (!conflicts.includes(statusOf(error) ?? 0)) throw error;
    return (await readEntity(table, entity))?.['writeId'] === writeId;
  }
}

/** Inserts the entity or replaces it, whatever is there. */
export async function putEntity(table: TableClient, entity: Entity): Promise<void> {
  await storageCall((abortSignal) => table.upsertEntity(entity, 'Replace', { abortSignal }));
}

/** Deletes the entity, if it is there and still is the one with `etag` (`*`: any). */
export async function deleteEntity(
  table: TableClient,
  { partitionKey, rowKey }: EntityKey,
  etag = '*',
): Promise<void> {
  await unlessStatus(
    storageCall((abortSignal) => table.deleteEntity(partitionKey, rowKey, { etag, abortSignal })),
    [NOT_FOUND, PRECONDITION_FAILED],
    undefined,
  );
}

export interface EntityPage {
  entities: StoredEntity[];
  continuationToken?: string | undefined;
}

/** One page of a query; it may be short, or empty, although more follow. */
export function queryPage(
  table: TableClient,
  filter: string,
  { top, continuationToken }: { top?: number; continuationToken?: string | undefined } = {},
): Promise<EntityPage> {
  return storageCall(async (abortSignal) => {
    const pages = table.listEntities({ queryOptions: { filter }, abortSignal }).byPage({
      ...(top === undefined ? {} : { maxPageSize: top }),
      ...(continuationToken === undefined ? {} : { continuationToken }),
    });
    const { value } = await pages.next();
    return { entities: value ?? [], continuationToken: value?.continuationToken };
  });
}

/** Every entity that the filter finds, in the order of the keys. */
export async function* queryAll(table: TableClient, filter: string): AsyncGenerator<StoredEntity> {
  let continuationToken: string | undefined;
  do {
    const page = await queryPage(table, filter, { continuationToken });
    yield* page.entities;
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
}
