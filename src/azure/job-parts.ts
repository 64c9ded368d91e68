import { odata, type TableClient } from '@azure/data-tables';
import { deleteEntity, queryAll } from './table-entities.ts';

/**
 * Removes the rows and intents of a job's parts, whose partitions are `{jobId}.{number}`. Nothing
 * lists parts, so they are found by their keys, also after a crash half-way.
 *
 * @returns the ids of the parts that had any.
 */
export async function removeParts(table: TableClient, jobId: string): Promise<Set<string>> {
  // '/' follows '.', and no id holds either.
  const filter = odata`PartitionKey gt ${`${jobId}.`} and PartitionKey lt ${`${jobId}/`}`;
  const removed = new Set<string>();
  for await (const { partitionKey = '', rowKey = '' } of queryAll(table, filter)) {
    await deleteEntity(table, { partitionKey, rowKey });
    removed.add(partitionKey);
  }
  return removed;
}
