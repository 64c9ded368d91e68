import { join } from 'node:path';
import type { JobDocument } from '../../src/jobs/job.ts';
import { BATCH_ROWS } from './batch-file.ts';
import type { FollowedJob } from './followed-job.ts';
import { checkLedger, LEDGER, type CheckedLedger } from './ledger.ts';

/** A batch and what became of its rows. */
export interface CheckedBatch extends CheckedLedger {
  name: string;
}

/**
 * The batch that was dropped, then the one that sent some of its rows again.
 *
 * @param folder the outputs of all jobs.
 */
export async function checkBatches(
  jobs: readonly FollowedJob[],
  folder: string,
): Promise<CheckedBatch[]> {
  const batches: CheckedBatch[] = [];
  let rowsIn = BATCH_ROWS;
  for (const { id, name, document } of jobs) {
    if (id === undefined || !hasLedger(document)) continue;
    const ledger = await checkLedger(join(folder, id), rowsIn);
    batches.push({ name, ...ledger });
    rowsIn = ledger.retryable;
  }
  return batches;
}

function hasLedger(document: JobDocument | undefined): boolean {
  return document?.outputs.some(({ name }) => name === LEDGER) ?? false;
}
