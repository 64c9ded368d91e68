import { outcomeAt, type Aftermath } from '../outcome.ts';
import { isEnding, type Ending, type Plan } from './plan.ts';

const STAGES = ['queued', 'preprocessing', 'running', 'processing'] as const;
export type Stage = (typeof STAGES)[number];

/** Where a job stands. */
export type Progress = { status: Stage; share: number } | Aftermath<Ending>;

/** The facts that decide about it; times in milliseconds since the Unix epoch. */
export interface Course {
  createdAt: number;
  deletedAt?: number;
  plan: Plan;
}

/** The share of its time after which a job has left each stage. */
const LEAVES_AT: Record<Stage, number> = {
  queued: 0.1,
  preprocessing: 0.2,
  running: 0.9,
  processing: 1,
};

/**
 * The state machine: queued → preprocessing → running → processing → succeeded | failed | cancelled.
 * It is a function of time alone, so nothing has to run for a job to go on, whatever is restarted.
 */
export function progressAt({ createdAt, plan }: Course, now: number): Progress {
  const endsAt = createdAt + plan.durationMs;
  if (now >= endsAt) return outcomeAt(plan.outcome, isEnding, endsAt, now);
  const share = (now - createdAt) / plan.durationMs;
  const status = STAGES.find((stage) => share < LEAVES_AT[stage]) ?? 'processing';
  return { status, share };
}

export function isEnded(progress: Progress): progress is Ending & { endedAt: number } {
  return 'endedAt' in progress;
}

/** When it ends by itself; `undefined`: never. */
export function endOf({ createdAt, plan }: Course): number | undefined {
  const { outcome, durationMs } = plan;
  if (isEnding(outcome)) return createdAt + durationMs;
  return outcome.next === undefined ? undefined : createdAt + durationMs + outcome.seconds * 1000;
}

/** Whether it can be read no more: it was deleted, or it ended so long ago that it is kept no longer. */
export function isGone(course: Course, now: number): boolean {
  const end = endOf(course);
  const vanished = end !== undefined && now >= end + course.plan.vanishesAfterMs;
  return course.deletedAt !== undefined || vanished;
}
