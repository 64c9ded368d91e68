import type { LokiCollection } from './durable-loki.ts';
import type { StoredDocument } from './document-store.ts';

/**
 * Has the entities of a table found by their two keys at once. Azurite asks Loki for both, which goes
 * through all of the same RowKey first, and there may be as many of those as partitions.
 *
 * @param collection any one of Loki; what has no such keys is searched for as ever.
 */
export function indexEntities(collection: LokiCollection): void {
  const entities = new Map<string, StoredDocument>();
  const put = (document: StoredDocument) => {
    const key = keyOf(document);
    if (key !== undefined) entities.set(key, document);
  };
  for (const document of collection.data) put(document);
  collection.on('insert', (inserted) => [inserted].flat().forEach(put));
  collection.on('update', put);
  collection.on('delete', (document) => entities.delete(keyOf(document) ?? ''));
  const findOne = collection.findOne.bind(collection);
  collection.findOne = (query) => {
    const key = Object.keys(query).length === 2 ? keyOf(query) : undefined;
    return key === undefined ? findOne(query) : (entities.get(key) ?? null);
  };
}

/** Keys hold no control characters. */
function keyOf(document: object): string | undefined {
  const { PartitionKey, RowKey }: { PartitionKey?: unknown; RowKey?: unknown } = document;
  const isEntity = typeof PartitionKey === 'string' && typeof RowKey === 'string';
  return isEntity ? `${PartitionKey}\0${RowKey}` : undefined;
}
