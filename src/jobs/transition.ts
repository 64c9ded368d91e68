import { jobEvent, type Step } from './events.ts';
import type { Job } from './job.ts';
import { ACTIONS_AFTER_END, isTerminal } from './status.ts';

/** What a transition may set. What identifies a job never changes. */
export type Change = Partial<
  Omit<
    Job,
    | 'id'
    | 'kind'
    | 'requestHash'
    | 'labels'
    | 'options'
    | 'source'
    | 'part'
    | 'input'
    | 'createdAt'
    | 'sequence'
  >
> & {
  /** The event that tells of this transition, with what it links to. */
  announce?: { step: Step; links?: Record<string, unknown> };
};

/** A terminal status was to be left: a second ending is a defect or a lost race, never a change. */
export class TerminalStatusError extends Error {
  override name = 'TerminalStatusError';
}

/**
 * The one way in which a job changes. Pure; the caller writes the result by compare-and-swap.
 *
 * @param at the time of the transition, ISO 8601.
 * @returns the job as it is to be, its event in the outbox.
 * @throws TerminalStatusError when a terminal job was to get another status.
 */
export function transition(job: Job, change: Change, at: string): Job {
  const { announce, ...fields } = change;
  if (isTerminal(job.status) && fields.status !== undefined && fields.status !== job.status) {
    throw new TerminalStatusError(
      `Job ${job.id} is ${job.status} and cannot become ${fields.status}.`,
    );
  }
  const changed: Job = { ...job, ...fields, ...endOf(job, fields, at) };
  // What becomes of a part is told by the whole.
  return announce && !job.part ? announced(changed, announce, at) : changed;
}

function endOf(job: Job, fields: Change, at: string): Pick<Job, 'actions' | 'endedAt'> | undefined {
  const ends = fields.status !== undefined && isTerminal(fields.status) && !isTerminal(job.status);
  if (!ends) return undefined;
  const offered = fields.actions ?? job.actions;
  return { actions: offered.filter((action) => ACTIONS_AFTER_END.includes(action)), endedAt: at };
}

function announced(job: Job, announce: NonNullable<Change['announce']>, time: string): Job {
  const sequence = job.sequence + 1;
  const event = jobEvent({
    subject: job.id,
    step: announce.step,
    sequence,
    time,
    data: { ...summaryOf(job), ...announce.links },
  });
  return { ...job, sequence, outbox: [...job.outbox, event] };
}

/** What an event says of a job: names and links, never content. */
function summaryOf(job: Job): Record<string, unknown> {
  const { id, kind, status, deployment, labels, createdAt, deadline, warnings } = job;
  return {
    id,
    kind,
    status,
    deployment,
    labels,
    ...(job.input ? { input: { blob: job.input.blob } } : {}),
    createdAt,
    deadline,
    ...(job.endedAt ? { endedAt: job.endedAt } : {}),
    ...(job.error ? { error: withoutUpstream(job.error) } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(job.usage ? { usage: job.usage } : {}),
    ...(job.actions.length > 0 ? { actions: job.actions } : {}),
  };
}

function withoutUpstream({ code, message, retryable }: NonNullable<Job['error']>): object {
  return { code, message, retryable };
}
