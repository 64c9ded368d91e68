import type { Job } from '../../jobs/job.ts';
import { isTerminal, type Phase } from '../../jobs/status.ts';
import type { Waiter } from '../ports.ts';
import type { Services } from '../services.ts';

/** Phases in which a job may be on its way to the desk; it announces itself from any other. */
const BEFORE_UPSTREAM: readonly Phase[] = ['checking', 'admitting', 'submitting'];

/** Whether the job may still want to be let in. */
export function mayWait({ status, phase }: Job): boolean {
  return !isTerminal(status) && BEFORE_UPSTREAM.includes(phase);
}

/** Those whose jobs have ended, gone on or been removed: a crash left them in the queue. */
export async function ghostsAmong(
  { index }: Pick<Services, 'index'>,
  waiters: readonly Waiter[],
): Promise<Waiter[]> {
  const found = await Promise.all(
    waiters.map(async (waiter) => {
      const row = await index.read(waiter.jobId);
      return row && mayWait(row.value) ? [] : [waiter];
    }),
  );
  return found.flat();
}
