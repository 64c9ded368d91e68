import { jobError } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import type { FindOutcome, UpstreamJob } from '../../kinds/kind.ts';
import type { Intent } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { FindResult, Steps } from '../steps.ts';
import { recordAccepted, settleUntil } from './intents.ts';
import { contextWithInputOf, readOpenJob, requestOf } from './job-context.ts';
import { kindOf } from '../kind-of.ts';
import { createOf, isClaimed } from './send-create.ts';
import { unanswered } from './settle-submission.ts';

type Input = Steps['findSubmission']['input'];

/** Looks upstream for the work of a create without an answer, and claims it for this job. */
export async function findSubmission(
  services: ServicesWithEngine,
  input: Input,
): Promise<FindResult> {
  const job = await readOpenJob(services, input.jobId);
  if (!job) return { outcome: 'ended' };
  const intent = await services.index.readIntent(job.id, input.intent);
  if (!intent || intent.outcome?.outcome === 'not-accepted') return SHOWN_ABSENT;
  if (intent.outcome?.outcome === 'accepted') {
    return accepted(services, intent, intent.outcome.upstream);
  }
  return resultOf(services, job, intent, await look(services, job, intent), input);
}

const SHOWN_ABSENT: FindResult = { outcome: 'absent', settleUntil: 0 };

async function look(services: ServicesWithEngine, job: Job, intent: Intent): Promise<FindOutcome> {
  const kind = kindOf(job);
  if (!kind.find) return { outcome: 'ambiguous', error: unanswered() };
  const request = await requestOf(services, job);
  return kind.find(request, await contextWithInputOf(services, job), createOf(intent));
}

async function resultOf(
  services: ServicesWithEngine,
  job: Job,
  intent: Intent,
  found: FindOutcome,
  { final }: Input,
): Promise<FindResult> {
  switch (found.outcome) {
    case 'found': {
      const upstream = await firstClaimed(services, job, found.candidates);
      return upstream ? adopted(services, intent, upstream) : absent(services, intent, final);
    }
    case 'absent':
      return absent(services, intent, final);
    case 'ambiguous':
      return found;
    case 'unreadable': {
      const { error, retryAfter } = found;
      services.journal.write({ event: 'find-unreadable', jobId: job.id, errorCode: error.code });
      return { outcome: 'unreadable', ...(retryAfter ? { retryAfter } : {}) };
    }
  }
}

async function firstClaimed(
  { index }: ServicesWithEngine,
  job: Job,
  candidates: readonly UpstreamJob[],
): Promise<UpstreamJob | undefined> {
  for (const candidate of candidates) {
    if (await isClaimed(index, job, candidate.id)) return candidate;
  }
  return undefined;
}

async function adopted(
  services: ServicesWithEngine,
  intent: Intent,
  upstream: UpstreamJob,
): Promise<FindResult> {
  services.journal.write({
    event: 'submission-found',
    jobId: intent.jobId,
    upstreamId: upstream.id,
  });
  await services.index.resolveIntent(intent, { outcome: 'accepted', upstream });
  return accepted(services, intent, upstream);
}

async function accepted(
  services: ServicesWithEngine,
  intent: Intent,
  upstream: UpstreamJob,
): Promise<FindResult> {
  return { outcome: 'accepted', ...(await recordAccepted(services, intent, upstream)) };
}

/** What is not there when nothing can come any more was not accepted, unless its answer just came. */
async function absent(
  services: ServicesWithEngine,
  intent: Intent,
  final: boolean,
): Promise<FindResult> {
  if (!final) {
    const end = settleUntil(intent, services.limits.createTimeout);
    return { outcome: 'absent', settleUntil: end };
  }
  const newest = await services.index.readIntent(intent.jobId, intent.number);
  if (newest?.outcome?.outcome === 'accepted') {
    return accepted(services, newest, newest.outcome.upstream);
  }
  const error = jobError(
    'upstream-failed-retryable',
    'The create got no answer, and Azure OpenAI holds no work of it: nothing was accepted.',
  );
  const refused = { outcome: 'not-accepted', error, retry: { when: 'until-deadline' } } as const;
  services.journal.write({ event: 'submission-absent', jobId: intent.jobId });
  await services.index.resolveIntent(intent, refused);
  return SHOWN_ABSENT;
}
