import type { Life } from '../kill/user.ts';
import type { ListedBatch } from './account.ts';
import { gapsOf, type BatchOutputs } from './outputs.ts';

/** Upstream turns a batch away by failing it; that one has cost nothing. */
const WITHOUT_COST = ['failed'];

/** Every part has one batch that was worked on, and all that were created for it share one file. */
export function* batchViolations(batches: readonly ListedBatch[]): Generator<string> {
  for (const [part, created] of Map.groupBy(batches, partOf)) {
    const paid = created.filter(({ status }) => !WITHOUT_COST.includes(status));
    if (paid.length > 1) yield `${part} has ${paid.length} batches: ${idsOf(paid)}`;
    const files = new Set(created.map(({ input_file_id: file }) => file));
    if (files.size > 1) yield `${part} sent ${files.size} files`;
  }
}

export function ofJob(id: string) {
  return (batch: ListedBatch) => partOf(batch).startsWith(`${id}.`);
}

function partOf({ metadata }: ListedBatch): string {
  return metadata['longhaul_job'] ?? '';
}

function idsOf(batches: readonly ListedBatch[]): string {
  return batches.map(({ id, status }) => `${id} ${status}`).join(', ');
}

/** Every row is accounted for, and a job that succeeded has all its answers. */
export function* ledgerViolations(
  { planned, ended }: Life,
  outputs: BatchOutputs | undefined,
): Generator<string> {
  if (!outputs) {
    // Nothing had been sent yet.
    if (ended.status !== 'cancelled') yield 'it has no outputs';
    return;
  }
  yield* gapsOf(outputs, customIdsOf(planned.input?.content ?? ''));
  const { missing, failed } = outputs.summary;
  const others = planned.faults.some((fault) => 'failures' in fault) ? missing : missing + failed;
  if (ended.status === 'succeeded' && others > 0) yield `${others} rows did not succeed`;
}

function customIdsOf(content: string): string[] {
  const lines = content.split('\n').filter(Boolean);
  return lines.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id);
}
