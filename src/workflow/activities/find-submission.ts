import { jobError } from '../../jobs/errors.ts';
import type { Job } from '../../jobs/job.ts';
import type { FindOutcome, UpstreamJob } from '../../kinds/kind.ts';
import type { Intent } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import type { FindResult, Steps } from '../steps.ts';
import { acceptedBy, recordAccepted, settleUntil } from './intents.ts';
import { contextWithInputOf, readOpenJob, requestOf } from './job-context.ts';
import { kindOf } from '../kind-of.ts';
import { areOthers, claimOne, recordClaimed } from './ownership.ts';
import { createOf } from './send-create.ts';
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
  const known = acceptedBy(intent);
  if (known) return accepted(services, intent, known);
  return resultOf(services, job, intent, await look(services, job, intent), input);
}

/** What a look may not change: the job may have gone on from there. */
const DECIDED = ['accepted', 'not-accepted'] as const;

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
      const { candidates } = found;
      const upstream = await claimOne(services.index, job, candidates);
      if (upstream) return adopted(services, job, intent, upstream);
      return (await areOthers(services.index, job, candidates))
        ? absent(services, intent, final)
        : undecided(services, job);
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

/** It is looked for again a little later, when the other job knows which of its claims it keeps. */
function undecided({ journal }: ServicesWithEngine, { id: jobId }: Job): FindResult {
  journal.write({ event: 'find-undecided', jobId });
  return { outcome: 'unreadable' };
}

async function adopted(
  services: ServicesWithEngine,
  job: Job,
  intent: Intent,
  upstream: UpstreamJob,
): Promise<FindResult> {
  services.journal.write({ event: 'submission-found', jobId: job.id, upstreamId: upstream.id });
  const outcome = { outcome: 'accepted', upstream } as const;
  const kept = acceptedBy(await recordClaimed(services.index, job, intent, outcome, DECIDED));
  return kept ? accepted(services, intent, kept) : SHOWN_ABSENT;
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
  const error = jobError(
    'upstream-failed-retryable',
    'The create got no answer, and Azure OpenAI holds no work of it: nothing was accepted.',
  );
  const refused = { outcome: 'not-accepted', error, retry: { when: 'until-deadline' } } as const;
  const answered = acceptedBy(await services.index.resolveIntent(intent, refused, DECIDED));
  if (answered) return accepted(services, intent, answered);
  services.journal.write({ event: 'submission-absent', jobId: intent.jobId });
  return SHOWN_ABSENT;
}
