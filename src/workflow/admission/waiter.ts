import type { Job } from '../../jobs/job.ts';
import type { Demand } from '../../kinds/kind.ts';
import type { Waiter } from '../ports.ts';

/** An hour's head start, or delay: a low job is behind those of the next two hours at most. */
const HOUR = 3_600_000;
const SHIFT = { high: -HOUR, normal: 0, low: HOUR };

const DIGITS = 13;

/**
 * Where the job stands in the queue: by the time at which it came to Longhaul. That follows from the
 * job alone, so that a run that is repeated queues in the same place; and each wait of a job has a
 * key of its own, so that a run that comes late cannot end a later wait.
 */
export function queueKey({ id, createdAt, options, intent }: Job): string {
  const time = Date.parse(createdAt) + SHIFT[options.priority ?? 'normal'];
  return `${String(time).padStart(DIGITS, '0')}-${id}-${intent}`;
}

export function waiterOf(job: Job, { tokens, enqueuedTokens }: Demand): Waiter {
  return {
    key: queueKey(job),
    jobId: job.id,
    ...(tokens === undefined ? {} : { tokens }),
    ...(enqueuedTokens === undefined ? {} : { enqueuedTokens }),
  };
}
