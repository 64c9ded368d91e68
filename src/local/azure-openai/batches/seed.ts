import { z } from 'zod';
import { newFileId } from '../files/stored-file.ts';
import type { Services } from '../services.ts';
import type { BatchesTable } from './batches-table.ts';
import { courseOf } from './course.ts';
import { newBatchId, type StoredBatch } from './stored-batch.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Batches of the past, to fill an account with. */
export const seedSchema = z.strictObject({
  count: z.int().positive().max(100_000),
  deployment: z.string().min(1),
  rows: z.int().nonnegative().default(100),
  metadata: z.record(z.string(), z.string()).nullable().default(null),
});
export type Seed = z.infer<typeof seedSchema>;

/** How long before now the last of them was created, and how far they lie apart. */
const AGE_MS = 2 * DAY_MS;
const APART_MS = 60_000;

/** Adds finished batches whose files have long been deleted. They cost nothing. */
export function seedBatches(
  { store, durations }: Services,
  table: BatchesTable,
  seed: Seed,
  now: number,
): void {
  const terms = { rows: seed.rows, errors: [], durations: durations.of('batches') };
  store.transaction(() => {
    for (let left = seed.count; left > 0; left -= 1) {
      const createdAt = now - AGE_MS - left * APART_MS;
      const course = courseOf({ ...terms, createdAt, batchesExpire: true }, {});
      table.add({ batch: seededBatch(seed, course), failing: new Uint32Array() }, true);
    }
  });
}

function seededBatch(seed: Seed, course: ReturnType<typeof courseOf>): StoredBatch {
  return {
    ...course,
    id: newBatchId(),
    endpoint: '/v1/responses',
    inputFileId: newFileId(),
    inputSha256: '',
    deployment: seed.deployment,
    tokens: 0,
    metadata: seed.metadata,
    outputSeconds: null,
    listsUnfinished: false,
    looks: {},
  };
}
