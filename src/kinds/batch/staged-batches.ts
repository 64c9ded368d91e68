import { buffer } from 'node:stream/consumers';
import type { Part, Parts } from '../ports.ts';
import { readBatch, type BatchObject } from './part/batch-object.ts';
import { BATCH_NAME } from './part/collect.ts';

/** Upstream's own account of a part. */
export interface StagedBatch {
  number: number;
  batch: BatchObject;
}

/** In the order of the parts; those that never reached upstream have none. */
export async function readUpstreamBatches(
  parts: Pick<Parts, 'output'>,
  found: readonly Part[],
): Promise<StagedBatch[]> {
  const batches: StagedBatch[] = [];
  for (const { number } of found) {
    const content = await parts.output(number, BATCH_NAME);
    const batch = content && readBatch(JSON.parse((await buffer(content)).toString('utf8')));
    if (batch) batches.push({ number, batch });
  }
  return batches;
}
