import { jobError } from '../../jobs/errors.ts';
import type { OutcomeName } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { Steps, SubmitResult } from '../steps.ts';
import { outcomeOf } from './intents.ts';
import { readOpenJob } from './job-context.ts';
import { kindOf } from '../kind-of.ts';
import { repeatCreate } from './send-create.ts';

/**
 * Looks what became of an intent that another run holds. It never sends, but what may be sent again.
 * Once the settle window is over, an intent without an outcome is closed as uncertain, unless its
 * run was just faster.
 */
export async function settleSubmission(
  services: ServicesWithEngine,
  { jobId, intent: number, final }: Steps['settleSubmission']['input'],
): Promise<SubmitResult> {
  const job = await readOpenJob(services, jobId);
  if (!job) return { outcome: 'ended' };
  const intent = await services.index.readIntent(jobId, number);
  if (!intent) return neverInserted();
  if (!intent.outcome && kindOf(job).repeatable) return repeatCreate(services, job, intent);
  if (intent.outcome || !final) return outcomeOf(services, intent);
  const doubt = { outcome: 'uncertain', error: unanswered() } as const;
  return outcomeOf(services, await services.index.resolveIntent(intent, doubt, ANY));
}

const ANY: readonly OutcomeName[] = ['accepted', 'not-accepted', 'uncertain'];

function neverInserted(): SubmitResult {
  return {
    outcome: 'not-accepted',
    error: jobError('storage-unavailable', 'Storage was away before the work could be submitted.'),
    retry: { when: 'until-deadline' },
  };
}

export function unanswered() {
  return jobError(
    'submission-uncertain',
    'The process that submitted the work ended before it could record the answer, so nobody can tell whether Azure OpenAI accepted it. Choose "resubmit" (it may be paid for twice) or "abandon".',
  );
}
