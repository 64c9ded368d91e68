import { jobError, LonghaulError } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import type { Change } from '../../jobs/transition.ts';
import type { PreparationOutcome } from '../../kinds/kind.ts';
import { changeOpenJob } from '../change-job.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { PrepareResult, Steps } from '../steps.ts';
import { readOpenRow } from './job-context.ts';
import { kindOf } from '../kind-of.ts';
import { sendingOf } from './send-create.ts';

/** Gets ready for a create; done again, it costs nothing. */
export async function prepareJob(
  services: ServicesWithEngine,
  { jobId }: Steps['prepareJob']['input'],
): Promise<PrepareResult> {
  const row = await readOpenRow(services, jobId);
  if (!row) return { outcome: 'ended' };
  if (row.value.cancelRequestedAt) return { outcome: 'cancelled' };
  const job = await changeOpenJob(services, jobId, entering, row);
  if (isTerminal(job.status)) return { outcome: 'ended' };
  const outcome = await prepared(services, job);
  if (outcome.outcome !== 'unreadable') return outcome;
  const { error, retryAfter } = outcome;
  services.journal.write({ event: 'prepare-unreadable', jobId, errorCode: error.code });
  return { outcome: 'unreadable', ...(retryAfter ? { retryAfter } : {}) };
}

function entering({ phase, status }: Job): Change | undefined {
  if (phase === 'submitting' && status !== 'action-required') return undefined;
  return { phase: 'submitting', ...(status === 'action-required' ? { status: 'queued' } : {}) };
}

async function prepared(services: ServicesWithEngine, job: Job): Promise<PreparationOutcome> {
  const { request, context } = await sendingOf(services, job);
  const kind = kindOf(job);
  if (!kind.prepare) throw new Error(`Jobs of kind "${job.kind}" need nothing got ready.`);
  return kind.prepare(request, context).catch(inputChanged);
}

function inputChanged(error: unknown): PreparationOutcome {
  if (!(error instanceof LonghaulError) || error.code !== 'input-changed') throw error;
  return { outcome: 'refused', error: jobError(error.code, error.message) };
}
