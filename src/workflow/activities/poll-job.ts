import { clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import type { Change } from '../../jobs/transition.ts';
import type { PollOutcome } from '../../kinds/kind.ts';
import { changeOpenJob } from '../change-job.ts';
import { LONGEST_WAIT } from '../pace.ts';
import type { Services } from '../services.ts';
import type { PollResult, Steps } from '../steps.ts';
import { contextOf, kindOf, readOpenJob } from './job-context.ts';

type Input = Steps['pollJob']['input'];

/** Reads the status upstream once and writes what it showed to the row. */
export async function pollJob(services: Services, input: Input): Promise<PollResult> {
  const job = await readOpenJob(services, input.jobId);
  if (!job) return { outcome: 'ended', result: { status: 'cancelled', hasOutputs: false } };
  const outcome = await kindOf(job).poll(input.upstreamId, await contextOf(services, job));
  noteOddities(services, job, outcome);
  const polled = await changeOpenJob(services, job.id, (now) => seen(now, input, outcome));
  return resultOf(outcome, polled.cancelRequestedAt !== undefined);
}

function noteOddities({ journal }: Services, job: Job, outcome: PollOutcome): void {
  const { id: jobId, deployment } = job;
  if (outcome.outcome === 'unreadable' || outcome.outcome === 'gone') {
    const { code, message } = outcome.error;
    journal.write({
      event: `poll-${outcome.outcome}`,
      jobId,
      deployment,
      errorCode: code,
      message,
    });
  }
  if (outcome.outcome === 'running' && outcome.unknownStatus) {
    const upstreamStatus = outcome.upstream.status;
    journal.write({ event: 'unknown-upstream-status', jobId, deployment, upstreamStatus });
  }
}

function seen(job: Job, { poll, wait }: Input, outcome: PollOutcome): Change {
  const polls = Math.max(job.polls, poll);
  if (outcome.outcome === 'ended') {
    return { polls, phase: 'collecting', upstream: { ...job.upstream, ...outcome.upstream } };
  }
  const askedFor = outcome.outcome === 'unreadable' ? (outcome.retryAfter ?? 0) * 1_000 : 0;
  const next = Math.min(Math.max(wait, askedFor), LONGEST_WAIT);
  const nextPollAt = new Date(clock().now() + next).toISOString();
  if (outcome.outcome !== 'running') return { polls, nextPollAt };
  return {
    polls,
    nextPollAt,
    ...(job.status === 'running' ? {} : { status: 'running', actions: [] }),
    upstream: { ...job.upstream, ...outcome.upstream },
    ...(outcome.progress === undefined ? {} : { progress: outcome.progress }),
  };
}

/** Only what decides goes into the history; the rest is in the row. */
function resultOf(outcome: PollOutcome, cancelled: boolean): PollResult {
  const cancel = cancelled ? ({ cancel: true } as const) : {};
  switch (outcome.outcome) {
    case 'running':
      return { outcome: 'running', ...cancel };
    case 'ended':
      return { outcome: 'ended', result: outcome.result };
    case 'gone':
      return { outcome: 'gone', error: outcome.error, ...cancel };
    case 'unreadable': {
      const { retryAfter } = outcome;
      return { outcome: 'unreadable', ...(retryAfter ? { retryAfter } : {}), ...cancel };
    }
  }
}
