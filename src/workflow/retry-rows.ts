import { readEnvelope } from '../jobs/envelope.ts';
import { LonghaulError } from '../jobs/errors.ts';
import { derivedId } from '../jobs/identity.ts';
import type { Job } from '../jobs/job.ts';
import { isTerminal } from '../jobs/status.ts';
import { LEDGER_NAME } from '../kinds/batch/collect.ts';
import { retryableRows, selectRows } from '../kinds/batch/ledger/retry.ts';
import type { RowSelection } from '../kinds/batch/ledger/row-selection.ts';
import { JSON_LINES } from '../kinds/batch/part/collect.ts';
import { asBatchPlan, type BatchPlan } from '../kinds/batch/plan.ts';
import { readJob } from './commands.ts';
import { accept, type Acceptance } from './gate.ts';
import type { PinnedInput } from './pinned-input.ts';
import type { ServicesWithEngine } from './services.ts';

/**
 * Makes a new job of the rows of an ended batch that failed or got no answer and that a retry can
 * help. Its id follows from the job and the rows, so that asking twice makes one job.
 *
 * @throws LonghaulError `job-not-found`, `action-not-offered`, or `input-changed` when the blob with
 *   the rows is no longer what it was.
 */
export async function retryRows(services: ServicesWithEngine, id: string): Promise<Acceptance> {
  const job = await readJob(services, id);
  const { input } = job;
  const plan = asBatchPlan(await services.state.readPlan(id));
  if (!isTerminal(job.status) || !job.actions.includes('retry-rows') || !input || !plan) {
    throw notOffered(
      job,
      'Rows can be tried again once a batch has ended with some that a retry can help',
    );
  }
  const rows = await retryableRowsOf(services, job);
  const newId = derivedId('retry-rows', id, rows.digest);
  const known = await services.index.read(newId);
  const written = known?.value.input ?? (await write(services, newId, input, rows));
  return accept(services, {
    id: newId,
    envelope: envelopeOf(job, plan, written),
    source: { door: 'http' },
    input: written,
  });
}

async function retryableRowsOf(services: ServicesWithEngine, job: Job): Promise<RowSelection> {
  const ledger = await services.outputs.read(job.id, LEDGER_NAME);
  if (!ledger) throw notOffered(job, `${LEDGER_NAME} is no longer among its outputs`);
  return retryableRows(ledger.stream);
}

/** The prefix is one that no drop is watched for: the job is made here, not by its blob. */
async function write(
  { inbox, limits }: ServicesWithEngine,
  newId: string,
  { blob, etag }: PinnedInput,
  rows: RowSelection,
): Promise<PinnedInput> {
  const path = `${limits.inboxContainer}/retries/${newId}.jsonl`;
  const content = selectRows(inbox.open(blob, etag), rows);
  return { blob: path, etag: await inbox.put(path, content, JSON_LINES) };
}

/** As the first job came in, but for the rows. */
function envelopeOf({ options, labels }: Job, { request }: BatchPlan, { blob }: PinnedInput) {
  return readEnvelope({ kind: 'batch', request, input: { blob }, options, labels });
}

function notOffered(job: Job, reason: string): LonghaulError {
  return new LonghaulError(
    'action-not-offered',
    `Job ${job.id} is ${job.status} and does not offer "retry-rows" now. ${reason}.`,
  );
}
