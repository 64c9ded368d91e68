import { outcomeAt, type Aftermath } from '../outcome.ts';
import { isEnding, type Ending, type Plan } from './plan.ts';

/** Where a response stands. */
export type Progress = { status: 'queued' | 'in_progress' } | Aftermath<Ending>;

/** The facts that decide about it; times in milliseconds since the Unix epoch. */
export interface Course {
  createdAt: number;
  cancelledAt?: number;
  plan: Plan;
}

/** The part of its duration that a response spends in the queue. */
const QUEUED_SHARE = 0.2;

/**
 * The state machine: queued → in_progress → completed | failed | incomplete | cancelled. It is a
 * function of time alone, so nothing has to run for a response to go on, whatever is restarted.
 */
export function progressAt(course: Course, now: number): Progress {
  const { createdAt, cancelledAt, plan } = course;
  const endsAt = createdAt + plan.durationMs;
  if (cancelledAt !== undefined) {
    return plan.cancelThenCompleted && now >= endsAt
      ? { status: 'completed', endedAt: endsAt }
      : { status: 'cancelled', endedAt: cancelledAt };
  }
  if (now < createdAt + plan.durationMs * QUEUED_SHARE) return { status: 'queued' };
  if (now < endsAt) return { status: 'in_progress' };
  return outcomeAt(plan.outcome, isEnding, endsAt, now);
}

export function isEnded(progress: Progress): progress is Ending & { endedAt: number } {
  return 'endedAt' in progress;
}
