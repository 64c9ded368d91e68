import { jobError, type JobError } from '../../jobs/errors.ts';
import type { UpstreamResult } from '../kind.ts';
import type { Part } from '../ports.ts';
import type { LedgerSummary } from './ledger/ledger-entry.ts';
import { refusedFile } from './part/faults.ts';
import type { BatchPlan } from './plan.ts';
import type { StagedBatch } from './staged-batches.ts';

/** What is known of a job once its outputs are joined. */
export interface Collected {
  parts: readonly Part[];
  batches: readonly StagedBatch[];
  /** Undefined when the input could no longer be read. */
  summary: LedgerSummary | undefined;
  plan: BatchPlan;
}

/** Why the job is to be `failed`; undefined when its status stays what its parts made it. */
export function endingError(
  status: UpstreamResult['status'],
  collected: Collected,
): JobError | undefined {
  if (status === 'failed') return failedPart(collected);
  const { summary } = collected;
  return status === 'succeeded' && summary?.succeeded === 0 ? noRowSucceeded(summary) : undefined;
}

/** The first part that failed speaks for the others; lines are those of the user's own file. */
function failedPart({ parts, batches, plan }: Collected): JobError | undefined {
  const failed = parts.filter(({ status }) => status === 'failed');
  const [first] = failed;
  if (!first) return undefined;
  const { number } = first;
  const batch = batches.find((staged) => staged.number === number)?.batch;
  const firstLine = plan.parts[number - 1]?.firstLine ?? 1;
  const refused = batch?.faults.length
    ? refusedFile(batch.faults, (line) => firstLine + line - 1)
    : first.error;
  if (!refused || parts.length === 1) return refused;
  const which = `${failed.length} of ${parts.length} upstream batches failed, the first being number ${number}.`;
  return { ...refused, message: `${which} ${refused.message}` };
}

function noRowSucceeded({ rows, failedByCode }: LedgerSummary): JobError {
  const codes = Object.entries(failedByCode)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 3)
    .map(([code, count]) => `${code} (${count})`);
  const reasons = codes.length > 0 ? `, most of all for ${codes.join(', ')}` : '';
  return jobError(
    'no-row-succeeded',
    `The batch completed, but not one of its ${rows} rows succeeded${reasons}. errors.jsonl and summary.json among the outputs say more.`,
  );
}
