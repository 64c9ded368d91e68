import type { ErrorCode } from '../../../src/jobs/errors.ts';
import type { Status } from '../../../src/jobs/status.ts';
import type { Outcome } from '../../../src/kinds/batch/ledger/ledger-entry.ts';

/** What upstream does to the batch of a deployment, and how its job ends. */
export interface Fate {
  /** Its own, by which faults are told apart. */
  deployment: string;
  fault?: Record<string, unknown>;
  ends: Status;
  code?: ErrorCode;
  /** How its rows end. */
  outcomes: readonly Outcome[];
  /** The share that succeeds, where that is known. */
  succeeds?: number;
}

/** The user cancels this one when it comes no further. */
export const CANCELLED = 'gpt-5.1-batch-cancelled';

export const FATES: readonly Fate[] = [
  {
    deployment: 'gpt-5.1-batch-plain',
    ends: 'succeeded',
    outcomes: ['succeeded'],
    succeeds: 1,
  },
  {
    deployment: 'gpt-5.1-batch-failing-rows',
    fault: { failures: { share: 0.05 } },
    ends: 'succeeded',
    outcomes: ['failed', 'succeeded'],
  },
  {
    deployment: 'gpt-5.1-batch-expired',
    fault: { expiresAtShare: 0.6 },
    ends: 'expired',
    code: 'upstream-expired',
    outcomes: ['missing', 'succeeded'],
    succeeds: 0.6,
  },
  {
    deployment: CANCELLED,
    fault: { stallsAtShare: 0.4 },
    ends: 'cancelled',
    outcomes: ['missing', 'succeeded'],
    succeeds: 0.4,
  },
  {
    deployment: 'gpt-5.1-batch-no-success',
    fault: { failures: { share: 1 } },
    ends: 'failed',
    code: 'no-row-succeeded',
    outcomes: ['failed'],
    succeeds: 0,
  },
];
