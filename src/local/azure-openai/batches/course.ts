import { durationIn, type DurationRange } from '../durations.ts';
import type { Course } from './progress.ts';
import type { BatchError } from './row.ts';
import type { BatchWishes } from './wishes.ts';

/** So many rows take as long as there is time. */
const MOST_ROWS = 100_000;

const VALIDATING_SHARE = 0.1;
const FINALIZING_SHARE = 0.1;
const CANCELLING_SHARE = 0.1;

/** Documented: a cancel takes ten minutes at most. */
const LONGEST_CANCELLING_MS = 600_000;

export interface CourseTerms {
  createdAt: number;
  rows: number;
  errors: BatchError[];
  durations: DurationRange;
  batchesExpire: boolean;
}

/** How a batch will go, settled when it is created. */
export function courseOf(terms: CourseTerms, wishes: BatchWishes): Course {
  const { createdAt, rows, errors, durations, batchesExpire } = terms;
  const seconds = wishes.durationSeconds ?? durationIn(durations, shareOfTime(rows));
  const part = (share: number) => Math.round(seconds * share * 1000);
  const { cancellingSeconds, expiresAtShare, stallsAtShare } = wishes;
  return {
    createdAt,
    rows,
    errors,
    validatingMs: part(VALIDATING_SHARE),
    runningMs: part(1 - VALIDATING_SHARE - FINALIZING_SHARE),
    finalizingMs: part(FINALIZING_SHARE),
    cancellingMs:
      cancellingSeconds === undefined
        ? Math.min(LONGEST_CANCELLING_MS, part(CANCELLING_SHARE))
        : cancellingSeconds * 1000,
    ...(expiresAtShare === undefined ? {} : { expiresAtShare }),
    ...(stallsAtShare === undefined ? {} : { stallsAtShare }),
    neverExpires: wishes.neverExpires ?? !batchesExpire,
  };
}

/** More rows take longer, though not as many times longer: they are answered side by side. */
function shareOfTime(rows: number): number {
  return Math.sqrt(Math.min(1, rows / MOST_ROWS));
}
