import type { BatchError } from './row.ts';
import type { BatchStatus } from './wishes.ts';

/** The facts that decide how a batch goes; times in milliseconds since the Unix epoch. */
export interface Course {
  createdAt: number;
  rows: number;
  /** When a cancel was accepted. */
  cancelledAt?: number;
  validatingMs: number;
  runningMs: number;
  finalizingMs: number;
  cancellingMs: number;
  /** What validation finds; with any, the batch fails. */
  errors: BatchError[];
  /** The share of rows at which it expires at once. */
  expiresAtShare?: number;
  /** The share of rows beyond which nothing more happens. */
  stallsAtShare?: number;
  neverExpires: boolean;
}

/** Where a batch stands. */
export interface Progress {
  status: BatchStatus;
  /** How many rows have been answered, one way or the other. */
  done: number;
  inProgressAt?: number;
  finalizingAt?: number;
  cancellingAt?: number;
  endedAt?: number;
}

/** The only completion window there is. */
export const WINDOW_MS = 24 * 60 * 60 * 1000;

/**
 * The state machine: validating → failed | in_progress → finalizing → completed, in_progress →
 * expired, and from any of those that have not ended cancelling → cancelled. It is a function of
 * time alone, so nothing has to run for a batch to go on, whatever is restarted.
 */
export function progressAt(course: Course, now: number): Progress {
  const { cancelledAt, cancellingMs } = course;
  if (cancelledAt === undefined || now < cancelledAt) return undisturbedAt(course, now);
  const { endedAt: _, ...before } = undisturbedAt(course, cancelledAt);
  const endedAt = cancelledAt + cancellingMs;
  const cancelling = { ...before, cancellingAt: cancelledAt };
  return now < endedAt
    ? { ...cancelling, status: 'cancelling' }
    : { ...cancelling, status: 'cancelled', endedAt };
}

export function isEnded({ endedAt }: Progress): boolean {
  return endedAt !== undefined;
}

/** When the batch will have ended if nobody cancels it any more; null: never. */
export function endOf(course: Course): number | null {
  const { cancelledAt, cancellingMs, errors, finalizingMs } = course;
  if (cancelledAt !== undefined) return cancelledAt + cancellingMs;
  if (errors.length > 0) return startOf(course);
  const finish = finishOf(course);
  const end = expiryOf(course) <= finish ? expiryOf(course) : finish + finalizingMs;
  return Number.isFinite(end) ? end : null;
}

function undisturbedAt(course: Course, now: number): Progress {
  const inProgressAt = startOf(course);
  if (now < inProgressAt) return { status: 'validating', done: 0 };
  if (course.errors.length > 0) return { status: 'failed', done: 0, endedAt: inProgressAt };
  const finalizingAt = finishOf(course);
  const expiredAt = expiryOf(course);
  if (now >= expiredAt && expiredAt <= finalizingAt) {
    return { status: 'expired', done: doneAt(course, expiredAt), inProgressAt, endedAt: expiredAt };
  }
  if (now < finalizingAt) return { status: 'in_progress', done: doneAt(course, now), inProgressAt };
  const finished = { done: course.rows, inProgressAt, finalizingAt };
  const endedAt = finalizingAt + course.finalizingMs;
  return now < endedAt
    ? { ...finished, status: 'finalizing' }
    : { ...finished, status: 'completed', endedAt };
}

function startOf({ createdAt, validatingMs }: Course): number {
  return createdAt + validatingMs;
}

/** When the last row is done. */
function finishOf(course: Course): number {
  return course.stallsAtShare === undefined ? startOf(course) + course.runningMs : Infinity;
}

function expiryOf(course: Course): number {
  const { expiresAtShare, neverExpires, createdAt, runningMs } = course;
  if (expiresAtShare !== undefined) return startOf(course) + expiresAtShare * runningMs;
  return neverExpires ? Infinity : createdAt + WINDOW_MS;
}

function doneAt(course: Course, now: number): number {
  const { rows, runningMs, stallsAtShare = 1 } = course;
  const share = runningMs === 0 ? 1 : (now - startOf(course)) / runningMs;
  const most = course.expiresAtShare ?? 1;
  // Half a row is none, and a share that is meant to be whole must not lose one to rounding.
  return Math.floor(rows * Math.min(share, stallsAtShare, most) + 1e-6);
}
