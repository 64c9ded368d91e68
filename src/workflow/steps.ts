import type { JobError } from '../jobs/errors.ts';
import type { TerminalStatus } from '../jobs/status.ts';
import type { Pace, Retry, UpstreamResult } from '../kinds/kind.ts';

/**
 * The activities of `runJob`: what each is given and what it may answer. All of it is kept in the
 * orchestration's history, so it is small and holds no content.
 */
export interface Steps {
  /** Reads the row and what earlier runs left, and says where to begin or go on. */
  checkJob: { input: { jobId: string }; result: CheckResult };
  /** Sends the create of one intent, or finds that another run did. */
  submitJob: { input: { jobId: string; intent: number }; result: SubmitResult };
  /** Looks what became of an intent that another run holds; `final` closes it as uncertain. */
  settleSubmission: {
    input: { jobId: string; intent: number; final: boolean };
    result: SubmitResult;
  };
  /** Asks the user, once, then reads the answer. */
  holdForAction: {
    input: { jobId: string; intent: number; error?: JobError };
    result: HoldResult;
  };
  pollJob: {
    input: { jobId: string; upstreamId: string; poll: number; wait: number };
    result: PollResult;
  };
  cancelUpstream: { input: { jobId: string; upstreamId: string }; result: CancelResult };
  collectOutputs: {
    input: { jobId: string; upstreamId: string; status: UpstreamResult['status'] };
    result: CollectResult;
  };
  /** Commits the terminal status. The row may already have one; then that one stays. */
  finishJob: {
    input: { jobId: string; status: TerminalStatus; error?: JobError; warning?: string };
    result: null;
  };
  /** Sends what is in the outbox. */
  publishEvents: { input: { jobId: string }; result: null };
  /** Deletes upstream copies when the user asked for it. */
  cleanUpJob: { input: { jobId: string; upstreamId: string }; result: null };
}

export type StepName = keyof Steps;

export type Step = {
  [Name in StepName]: { name: Name; input: Steps[Name]['input'] };
}[StepName];

export type StepResult = Steps[StepName]['result'];

/** What every life of an orchestration needs to know of its job. */
export interface JobFacts {
  /** Milliseconds since the epoch. */
  deadline: number;
  pace: Pace;
  cleanUp: boolean;
  resubmitWhenUncertain: boolean;
}

export type CheckResult =
  /** The job has ended; its last event may still have to be sent. */
  | { next: 'ended' }
  | { next: 'refused'; error: JobError }
  | { next: 'cancelled' }
  | { next: 'submit'; facts: JobFacts; intent: number }
  | { next: 'settle'; facts: JobFacts; intent: number; settleUntil: number }
  | { next: 'hold'; facts: JobFacts; intent: number; error?: JobError }
  | { next: 'poll'; facts: JobFacts; intent: number; upstreamId: string; polls: number };

export type SubmitResult =
  | { outcome: 'accepted'; upstreamId: string }
  | { outcome: 'not-accepted'; error: JobError; retry: Retry }
  | { outcome: 'uncertain'; error: JobError }
  /** Another run holds the intent and has not said how it ended. */
  | { outcome: 'pending'; settleUntil: number }
  /** The user cancelled before this intent. */
  | { outcome: 'cancelled' }
  | { outcome: 'ended' };

export type HoldResult =
  | { answer: 'none' | 'resubmit' | 'abandon' | 'cancel' | 'ended' }
  /** The run that held the intent reported after all. */
  | { answer: 'accepted'; upstreamId: string };

/** `cancel`: the row holds the user's wish to cancel. */
export type PollResult =
  | { outcome: 'running'; cancel?: true }
  | { outcome: 'ended'; result: UpstreamResult }
  | { outcome: 'gone'; error: JobError; cancel?: true }
  | { outcome: 'unreadable'; retryAfter?: number; cancel?: true };

export type CancelResult =
  | { outcome: 'cancelled' | 'already-ended' | 'gone' }
  | { outcome: 'unreadable'; retryAfter?: number };

export type CollectResult =
  | { outcome: 'collected'; error?: JobError }
  | { outcome: 'gone'; error: JobError }
  | { outcome: 'unreadable'; retryAfter?: number };
