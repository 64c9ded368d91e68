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
  /** Takes a place under the deployment's limits, or one in the queue for it. */
  admitJob: { input: { jobId: string }; result: AdmitResult };
  /** Gets ready for the create: an upload, say. */
  prepareJob: { input: { jobId: string }; result: PrepareResult };
  /** Sends the create of one intent, or finds that another run did. */
  submitJob: { input: { jobId: string; intent: number; reference?: string }; result: SubmitResult };
  /**
   * Looks upstream for the work of an uncertain create and claims it; `final` says that the settle
   * window is over, so that what is not there now will not come any more.
   */
  findSubmission: {
    input: { jobId: string; intent: number; final: boolean };
    result: FindResult;
  };
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
    /** `fresh`: what was listed a while ago will not do. */
    input: { jobId: string; upstreamId: string; poll: number; wait: number; fresh?: true };
    result: PollResult;
  };
  cancelUpstream: { input: { jobId: string; upstreamId: string }; result: CancelResult };
  collectOutputs: {
    input: { jobId: string; upstreamId: string; status: UpstreamResult['status'] };
    result: CollectResult;
  };
  /**
   * Commits the terminal status. The row may already have one; then that one stays. `mayRun`: the
   * work may still run upstream, so that its place is not given back.
   */
  finishJob: {
    input: {
      jobId: string;
      status: TerminalStatus;
      error?: JobError;
      warning?: string;
      mayRun?: true;
    };
    result: null;
  };
  /** Tells that outputs may be lost, from the orchestration's own state: storage may be away. */
  announceRisk: { input: OutputsAtRisk; result: null };
  /** Sends what is in the outbox. */
  publishEvents: { input: { jobId: string }; result: null };
  /** Deletes upstream copies: of the work, and of what was got ready for it. */
  cleanUpJob: { input: { jobId: string } & UpstreamCopies; result: null };
}

export type StepName = keyof Steps;

export type Step = {
  [Name in StepName]: { name: Name; input: Steps[Name]['input'] };
}[StepName];

export type StepResult = Steps[StepName]['result'];

/** What may be left upstream of a job. */
export interface UpstreamCopies {
  upstreamId?: string;
  reference?: string;
}

/** What every life of an orchestration needs to know of its job. */
export interface JobFacts {
  /** Milliseconds since the epoch. */
  deadline: number;
  pace: Pace;
  cleanUp: boolean;
  resubmitWhenUncertain: boolean;
  /** The deployment has limits, so that a place is needed before submitting. */
  admits: boolean;
  /** Something is to be got ready before each create. */
  prepares: boolean;
  /** The work of an uncertain create can be looked for upstream. */
  finds: boolean;
  /** The work is done by parts, each of which comes to an end of its own. */
  splits: boolean;
}

/** What is known of outputs that vanish upstream; nothing where they do not. */
export interface Vanishing {
  /** Milliseconds since the epoch after which they are gone. */
  expiresAt?: number;
  /** Milliseconds since the epoch: when the job's work was first accepted. */
  since?: number;
  /** The number of the job's newest event. */
  sequence?: number;
}

/** Work that upstream accepted. */
export interface Accepted extends Vanishing {
  upstreamId: string;
  /** The intent that was accepted, when it is not the one that was asked about. */
  intent?: number;
}

/** Everything that the event tells, since the job's row may be out of reach. */
export interface OutputsAtRisk {
  jobId: string;
  upstreamId: string;
  /** The number of the event before this one. */
  sequence: number;
  /** Milliseconds since the epoch: when the outputs vanish. */
  expiresAt: number;
  /** Milliseconds since the epoch: since when they count as at risk. */
  at: number;
}

export type CheckResult =
  /** The job has ended; its last event may still have to be sent. */
  | { next: 'ended' }
  | { next: 'refused'; error: JobError }
  | { next: 'cancelled' }
  | { next: 'submit'; facts: JobFacts; intent: number }
  | (Resumed & { next: 'settle'; settleUntil: number })
  | (Resumed & { next: 'hold'; error?: JobError })
  | (Resumed & Omit<Accepted, 'intent'> & { next: 'poll'; polls: number });

interface Resumed {
  facts: JobFacts;
  intent: number;
  /** What was got ready for the intent. */
  reference?: string;
}

export type AdmitResult =
  | { outcome: 'admitted' }
  /** Not before `until` (milliseconds since the epoch), unless woken; absent: when woken. */
  | { outcome: 'waiting'; until?: number }
  | { outcome: 'cancelled' }
  | { outcome: 'ended' };

export type PrepareResult =
  | { outcome: 'prepared'; reference: string }
  | { outcome: 'pending'; retryAfter?: number }
  | { outcome: 'refused'; error: JobError }
  | { outcome: 'unreadable'; retryAfter?: number }
  | { outcome: 'cancelled' }
  | { outcome: 'ended' };

export type FindResult =
  | ({ outcome: 'accepted' } & Accepted)
  /**
   * Not there (yet). Only once the look was final does it show that nothing was accepted;
   * `settleUntil`: when it can be, milliseconds since the epoch.
   */
  | { outcome: 'absent'; settleUntil: number }
  | { outcome: 'ambiguous'; error: JobError }
  | { outcome: 'unreadable'; retryAfter?: number }
  | { outcome: 'ended' };

export type SubmitResult =
  | ({ outcome: 'accepted' } & Accepted)
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
  | ({ answer: 'accepted' } & Accepted);

/** `cancel`: the row holds the user's wish to cancel. */
export type PollResult =
  | (Vanishing & { outcome: 'running'; cancel?: true })
  | (Vanishing & { outcome: 'ended'; result: UpstreamResult })
  | { outcome: 'gone'; error: JobError; cancel?: true }
  | { outcome: 'turned-away'; error: JobError; cancel?: true }
  | { outcome: 'unreadable'; retryAfter?: number; cancel?: true };

export type CancelResult =
  | { outcome: 'cancelled' | 'already-ended' | 'gone' }
  | { outcome: 'unreadable'; retryAfter?: number };

export type CollectResult =
  | { outcome: 'collected'; error?: JobError }
  | { outcome: 'gone'; error: JobError }
  | { outcome: 'unreadable'; retryAfter?: number };
