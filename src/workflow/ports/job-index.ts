import type { KindName } from '../../jobs/envelope.ts';
import type { Job } from '../../jobs/job.ts';
import type { Status } from '../../jobs/status.ts';
import type { SubmissionOutcome } from '../../kinds/kind.ts';
import type { Versioned } from './versioned.ts';

export type OutcomeName = SubmissionOutcome['outcome'];

/**
 * A create that was about to be sent. It is inserted before sending, by the one run that may send;
 * the outcome is added afterwards.
 */
export interface Intent {
  jobId: string;
  /** 1, 2, …: a second one only after the first was shown not accepted, or by the user's choice. */
  number: number;
  /** Random; tells the run that inserted the intent from every other. */
  attempt: string;
  /** ISO 8601. */
  createdAt: string;
  /** What was got ready for the create. */
  reference?: string;
  outcome?: SubmissionOutcome;
}

export interface JobQuery {
  kind?: KindName;
  status?: Status;
  label?: { key: string; value: string };
  /** 1 to 1,000. */
  top: number;
  continuationToken?: string;
}

/** What a list shows of a job; it may lag behind the job's own row for a moment. */
export type JobSummary = Pick<
  Job,
  'id' | 'kind' | 'status' | 'phase' | 'deployment' | 'labels' | 'createdAt' | 'deadline'
> & { endedAt?: string };

/**
 * The job index. A job exists when its row was inserted. Beside the row, a mark says that the job
 * is open (not ended, or its last event not sent): it is set before the row and removed last, so
 * that no crash can hide an open job from the timers.
 */
export interface JobIndex {
  /** Insert-if-absent. */
  insert(job: Job): Promise<'inserted' | 'exists'>;
  read(id: string): Promise<Versioned<Job> | undefined>;
  /** @returns false when the row has changed since it was read under `version`. */
  replace(job: Job, version: string): Promise<boolean>;
  /** Ids of all open jobs with the time at which each was marked (ISO 8601). */
  open(): AsyncIterable<{ id: string; markedAt: string }>;
  /** Brings the list in line with a job whose end has been told, then removes its mark. */
  close(job: Job): Promise<void>;
  /**
   * Removes a mark that seems to have no row, once it is ten minutes old. Until then the row may be on
   * its way, or may just have come.
   */
  unmark(id: string): Promise<void>;
  list(query: JobQuery): Promise<{ jobs: JobSummary[]; continuationToken?: string }>;
  /** Ids of jobs created before `time` (ISO 8601), oldest first. */
  createdBefore(time: string): AsyncIterable<string>;
  /** Removes everything of a job: row, intents, list entry, mark. */
  remove(id: string): Promise<void>;

  /** Insert-if-absent. */
  insertIntent(intent: Intent): Promise<'inserted' | 'exists'>;
  readIntent(jobId: string, number: number): Promise<Intent | undefined>;
  /**
   * Records how a create ended.
   *
   * @param unless what stays, if it is recorded already; by default nothing does.
   * @returns the intent as it now is.
   */
  resolveIntent(
    intent: Intent,
    outcome: SubmissionOutcome,
    unless?: readonly OutcomeName[],
  ): Promise<Intent>;

  /**
   * Insert-if-absent per deployment and upstream id: work that was found upstream, or whose create
   * was answered, belongs to one job for good.
   *
   * @returns the claim as it now is, which may be another job's.
   */
  claim(claim: Claim): Promise<Claim>;
  readClaim(claim: Pick<Claim, 'deployment' | 'upstreamId'>): Promise<Claim | undefined>;
  /** Claims, oldest first. */
  claims(): AsyncIterable<Claim>;
  removeClaim(claim: Pick<Claim, 'deployment' | 'upstreamId'>): Promise<void>;
}

/** Whose a piece of upstream work is. Kept until its upstream copies are deleted. */
export interface Claim {
  deployment: string;
  upstreamId: string;
  jobId: string;
  /** ISO 8601. */
  claimedAt: string;
}
