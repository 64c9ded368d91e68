import { isTerminal } from '../../jobs/status.ts';
import type { KindContext, PollOutcome, UpstreamResult } from '../kind.ts';
import type { Part } from '../ports.ts';
import { planOf } from './plan.ts';
import type { PartPlan } from './split/part-plan.ts';

/** What a job's parts say of it: upstream, to a batch job, is Longhaul itself. */
export async function poll(upstreamId: string, context: KindContext): Promise<PollOutcome> {
  const plan = planOf(context);
  const parts = await context.parts.read();
  const ended = parts.filter(({ status }) => isTerminal(status));
  const upstream = { id: upstreamId, status: statusOf(parts, plan.parts.length) };
  if (ended.length === plan.parts.length) {
    return { outcome: 'ended', upstream, result: resultOf(parts) };
  }
  return { outcome: 'running', upstream, progress: progressOf(parts, plan.parts) };
}

/** For people: also that a part waits for room, which they could not see otherwise. */
export function statusOf(parts: readonly Part[], count: number): string {
  const ended = parts.filter(({ status }) => isTerminal(status)).length;
  const unsent = parts.filter(({ status }) => status === 'queued').length;
  const waiting = unsent > 0 ? `, ${unsent} not yet created` : '';
  return `${ended} of ${count} upstream batches ended${waiting}`;
}

/**
 * There is always something to collect: the ledger tells of every row, also of those that were
 * never sent.
 */
export function resultOf(parts: readonly Part[]): UpstreamResult {
  for (const status of ['cancelled', 'failed', 'expired'] as const) {
    const first = parts.find((part) => part.status === status);
    if (!first) continue;
    const { error } = first;
    // A job that was cancelled says so, whatever had befallen a part before.
    const told = status === 'cancelled' || !error ? {} : { error };
    return { status, ...told, hasOutputs: true };
  }
  return { status: 'succeeded', hasOutputs: true };
}

/** Weighted by rows. @returns 0 to 100. */
export function progressOf(parts: readonly Part[], plans: readonly PartPlan[]): number {
  const rows = plans.reduce((sum, plan) => sum + plan.rows, 0);
  const done = parts.reduce((sum, { number, status, progress = 0 }) => {
    const share = isTerminal(status) ? 100 : progress;
    return sum + (plans[number - 1]?.rows ?? 0) * share;
  }, 0);
  return rows === 0 ? 0 : Math.floor(done / rows);
}
