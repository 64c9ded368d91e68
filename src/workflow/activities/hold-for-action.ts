import type { JobError } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import { isTerminal } from '../../jobs/status.ts';
import type { Change } from '../../jobs/transition.ts';
import { changeOpenJob } from '../change-job.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { HoldResult, Steps } from '../steps.ts';
import { acceptedBy, outcomeOf } from './intents.ts';
import { readOpenRow } from './job-context.ts';

/** Asks the user what to do about an uncertain submission, once, and reads the answer. */
export async function holdForAction(
  services: ServicesWithEngine,
  { jobId, intent: number, error }: Steps['holdForAction']['input'],
): Promise<HoldResult> {
  const row = await readOpenRow(services, jobId);
  if (!row) return { answer: 'ended' };
  const late = await lateAnswer(services, jobId, number);
  if (late) return late;
  const asked = await changeOpenJob(services, jobId, (now) => question(now, number, error), row);
  return { answer: isTerminal(asked.status) ? 'ended' : answerOf(asked, number) };
}

/** Asked of the row as it is when it is written: another run may have asked, or been answered. */
function question(job: Job, number: number, error: JobError | undefined): Change | undefined {
  if (answerOf(job, number) !== 'none' || job.status === 'action-required') return undefined;
  return {
    status: 'action-required',
    actions: ['resubmit', 'abandon'],
    error,
    intent: number,
    announce: { step: 'action-required' },
  };
}

/** The run that held the intent may have been slow rather than dead. */
async function lateAnswer(
  services: ServicesWithEngine,
  jobId: string,
  number: number,
): Promise<HoldResult | undefined> {
  const intent = await services.index.readIntent(jobId, number);
  if (!intent || !acceptedBy(intent)) return undefined;
  const result = await outcomeOf(services, intent);
  if (result.outcome !== 'accepted') return undefined;
  const { outcome: answer, ...accepted } = result;
  return { answer, ...accepted };
}

/** Once a newer submission was entered, the question is settled and that one is to be carried on. */
function answerOf(job: Job, number: number): 'none' | 'resubmit' | 'abandon' | 'cancel' {
  if (job.intent > number) return 'resubmit';
  if (job.cancelRequestedAt) return 'cancel';
  if (job.choice?.intent !== number) return 'none';
  return job.choice.action === 'resubmit' ? 'resubmit' : 'abandon';
}
