import { clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import { newestIntent, settleUntil } from '../activities/intents.ts';
import { contextWithInputOf, contextOf } from '../activities/job-context.ts';
import { kindOf } from '../kind-of.ts';
import { claimOne } from '../activities/ownership.ts';
import { createOf } from '../activities/send-create.ts';
import type { Intent } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';

type Answer = 'yes' | 'no' | 'unknown';

/**
 * Whether the work of a job that has ended goes on upstream: its deadline may have passed, or its
 * user given it up, while nobody could tell.
 */
export async function stillRuns(services: ServicesWithEngine, job: Job): Promise<Answer> {
  const intent = await newestIntent(services, job);
  if (!intent) return 'no';
  switch (intent.outcome?.outcome) {
    case 'accepted':
      return polled(services, job, intent.outcome.upstream.id);
    case 'not-accepted':
      return 'no';
    default:
      return looked(services, job, intent);
  }
}

async function polled(services: ServicesWithEngine, job: Job, upstreamId: string): Promise<Answer> {
  const { outcome } = await kindOf(job).poll(upstreamId, await contextOf(services, job));
  if (outcome === 'unreadable') return 'unknown';
  return outcome === 'running' ? 'yes' : 'no';
}

/** Where work cannot be looked for, nobody will ever know, and the place is of no use. */
async function looked(services: ServicesWithEngine, job: Job, intent: Intent): Promise<Answer> {
  if (clock().now() < settleUntil(intent, services.limits.createTimeout)) return 'yes';
  const kind = kindOf(job);
  const request = await services.state.readSealedRequest(job.id);
  if (!kind.find || !request) return 'no';
  const context = await contextWithInputOf(services, job);
  const found = await kind.find(request, context, createOf(intent));
  if (found.outcome === 'absent') return 'no';
  if (found.outcome !== 'found') return 'unknown';
  const work = await claimOne(services.index, job, found.candidates);
  return work ? polled(services, job, work.id) : 'no';
}
