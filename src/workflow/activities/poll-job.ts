import { clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import type { Change } from '../../jobs/transition.ts';
import type { PollOutcome } from '../../kinds/kind.ts';
import { release } from '../admission/admission.ts';
import { changeOpenJob } from '../change-job.ts';
import { LONGEST_WAIT } from '../pace.ts';
import type { Services, ServicesWithEngine } from '../services.ts';
import type { PollResult, Steps } from '../steps.ts';
import { vanishing } from './intents.ts';
import { contextOf, readOpenRow } from './job-context.ts';
import { kindOf } from '../kind-of.ts';
import { listedStatus, unwatch } from './listed-work.ts';
import { takeBack } from './take-back.ts';

type Input = Steps['pollJob']['input'];

/**
 * Milliseconds between two polls that are written down although they showed nothing new: they are
 * most of what a running job would write. Upkeep allows half an hour.
 */
const WRITTEN_EVERY = 60_000;

/** Reads the status once, of upstream or of the lists, and writes what it showed to the row. */
export async function pollJob(services: ServicesWithEngine, input: Input): Promise<PollResult> {
  const row = await readOpenRow(services, input.jobId);
  if (!row) return { outcome: 'ended', result: { status: 'cancelled', hasOutputs: false } };
  const job = row.value;
  const outcome = await statusOf(services, job, input);
  noteOddities(services, job, outcome);
  if (outcome.outcome === 'turned-away') await takeBack(services, job, input, outcome.error);
  const polled = await changeOpenJob(services, job.id, (now) => news(now, input, outcome), row);
  if (outcome.outcome === 'ended') {
    await release(services, polled);
    await unwatch(services, polled);
  }
  return resultOf(outcome, polled);
}

async function statusOf(
  services: ServicesWithEngine,
  job: Job,
  { upstreamId, fresh }: Input,
): Promise<PollOutcome> {
  const kind = kindOf(job);
  const listing = fresh ? undefined : kind.listing;
  const listed = listing && (await listedStatus(services, job, listing, upstreamId));
  return listed ?? kind.poll(upstreamId, await contextOf(services, job));
}

function noteOddities({ journal }: Services, job: Job, outcome: PollOutcome): void {
  const { id: jobId, deployment } = job;
  if ('error' in outcome) {
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

/** What told of its progress before has come to the end of it. */
function isThrough({ progress }: Job, { result }: Extract<PollOutcome, { outcome: 'ended' }>) {
  return progress !== undefined && result.status === 'succeeded';
}

function news(job: Job, input: Input, outcome: PollOutcome): Change | undefined {
  const change = seen(job, input, outcome);
  return change && (isNew(job, change) || isDue(job, input)) ? change : undefined;
}

function isNew(job: Job, { polls: _polls, nextPollAt: _next, ...facts }: Change): boolean {
  return Object.entries(facts).some(
    ([name, fact]) => JSON.stringify(fact) !== JSON.stringify(job[name as keyof Job]),
  );
}

function isDue({ nextPollAt }: Job, { wait }: Input): boolean {
  if (nextPollAt === undefined) return true;
  return clock().now() + wait - Date.parse(nextPollAt) >= WRITTEN_EVERY;
}

function seen(job: Job, input: Input, outcome: PollOutcome): Change | undefined {
  const polls = Math.max(job.polls, input.poll);
  switch (outcome.outcome) {
    case 'ended':
      return {
        polls,
        phase: 'collecting',
        upstream: { ...job.upstream, ...outcome.upstream },
        ...(isThrough(job, outcome) ? { progress: 100 } : {}),
      };
    case 'turned-away':
      // Another run may have sent it again already.
      if (job.upstream?.id !== input.upstreamId) return undefined;
      return { polls, status: 'queued', phase: 'submitting', error: outcome.error };
    case 'running':
      return {
        polls,
        nextPollAt: nextPollAt(input, outcome),
        ...(job.status === 'running' ? {} : { status: 'running', actions: [] }),
        upstream: { ...job.upstream, ...outcome.upstream },
        ...(outcome.progress === undefined ? {} : { progress: outcome.progress }),
      };
    case 'gone':
    case 'unreadable':
      return { polls, nextPollAt: nextPollAt(input, outcome) };
  }
}

function nextPollAt({ wait }: Input, outcome: PollOutcome): string {
  const askedFor = outcome.outcome === 'unreadable' ? (outcome.retryAfter ?? 0) * 1_000 : 0;
  const next = Math.min(Math.max(wait, askedFor), LONGEST_WAIT);
  return new Date(clock().now() + next).toISOString();
}

/** Only what decides goes into the history; the rest is in the row. */
function resultOf(outcome: PollOutcome, job: Job): PollResult {
  const cancel = job.cancelRequestedAt === undefined ? {} : ({ cancel: true } as const);
  switch (outcome.outcome) {
    case 'running':
      return { outcome: 'running', ...vanishing(outcome.upstream, job), ...cancel };
    case 'ended':
      return { outcome: 'ended', result: outcome.result, ...vanishing(outcome.upstream, job) };
    case 'gone':
    case 'turned-away':
      return { outcome: outcome.outcome, error: outcome.error, ...cancel };
    case 'unreadable': {
      const { retryAfter } = outcome;
      return { outcome: 'unreadable', ...(retryAfter ? { retryAfter } : {}), ...cancel };
    }
  }
}
