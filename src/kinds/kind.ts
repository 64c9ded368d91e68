import type { KindName, Options } from '../jobs/envelope.ts';
import type { FieldProblem, JobError } from '../jobs/errors.ts';
import type { OutputFile } from '../jobs/manifest.ts';
import type { Upstream } from './upstream.ts';

/** How often a kind is polled. All in seconds; no wait is ever longer than ten minutes. */
export interface Pace {
  firstWait: number;
  /** Each wait is this many times the one before. */
  growth: number;
  longestWait: number;
}

/** What a check of a request found. Problems refuse it, warnings travel with the job. */
export interface Check {
  /** The deployment that the request names, when it names one. */
  deployment?: string;
  problems: FieldProblem[];
  warnings: string[];
}

/** What is known of the deployment a request names; the settings say it. */
export interface DeploymentFacts {
  name: string;
  /** The model behind it, when the settings name one; else the deployment's name is tried. */
  model?: string | undefined;
}

export interface Usage {
  [counter: string]: number;
}

/** The upstream's own name of the work and what it said of it last. */
export interface UpstreamJob {
  id: string;
  /** As upstream spells it. */
  status?: string;
  /** ISO 8601. */
  createdAt?: string;
  /** ISO 8601; when the outputs vanish upstream. */
  expiresAt?: string;
}

/**
 * How a create ended (design, rule 1). `not-accepted`: shown to have cost nothing; `retry` says
 * whether the same request may be accepted later. `uncertain`: nobody can tell.
 */
export type SubmissionOutcome =
  | { outcome: 'accepted'; upstream: UpstreamJob }
  | { outcome: 'not-accepted'; error: JobError; retry: Retry }
  | { outcome: 'uncertain'; error: JobError };

/**
 * Whether asking again can help: `never`; `while-settling` for what heals within minutes or not at
 * all (a new deployment, a role that is not there yet); `until-deadline` for throttling and outages.
 */
export interface Retry {
  when: 'never' | 'while-settling' | 'until-deadline';
  /** Seconds that upstream asked to wait, when it did. */
  after?: number;
}

/** What one status read showed. */
export type PollOutcome =
  | { outcome: 'running'; upstream: UpstreamJob; progress?: number; unknownStatus?: true }
  | { outcome: 'ended'; upstream: UpstreamJob; result: UpstreamResult }
  /** Upstream no longer knows the work. */
  | { outcome: 'gone'; error: JobError }
  /** Nothing was learnt: ask again, not before `retryAfter` seconds if given. */
  | { outcome: 'unreadable'; error: JobError; retryAfter?: number };

/** How the work ended upstream, in our terms. `hasOutputs`: there is something to collect. */
export interface UpstreamResult {
  status: 'succeeded' | 'failed' | 'cancelled' | 'expired';
  error?: JobError;
  hasOutputs: boolean;
}

export type CancelOutcome =
  | { outcome: 'cancelled' }
  /** Upstream had ended before: what it says of it is to be read. */
  | { outcome: 'already-ended' }
  | { outcome: 'gone' }
  | { outcome: 'unreadable'; error: JobError; retryAfter?: number };

/** Puts a job's outputs where they belong, hashing on the way. */
export interface OutputWriter {
  /** Writing the same name again replaces the file. */
  write(
    name: string,
    content: string | Uint8Array | AsyncIterable<Uint8Array>,
    contentType: string,
  ): Promise<OutputFile>;
}

export type CollectOutcome =
  | {
      outcome: 'collected';
      files: OutputFile[];
      complete: boolean;
      usage?: Usage;
      warnings: string[];
      /** Set when collecting showed that the status must be another one. */
      error?: JobError;
    }
  | { outcome: 'gone'; error: JobError }
  | { outcome: 'unreadable'; error: JobError; retryAfter?: number };

/** What a kind may use while it works for a job. */
export interface KindContext {
  jobId: string;
  upstream: Upstream;
  deployment: DeploymentFacts;
  options: Options;
  /** Milliseconds after which a create counts as unanswered. */
  createTimeout: number;
}

/**
 * One kind of long-running work. Adding a kind is adding a folder with one of these, and a line in
 * `kinds/index.ts`. Methods must bear being run twice; only `submit` is guarded by an intent.
 */
export interface Kind {
  name: KindName;
  /** ISO 8601 duration. */
  defaultDeadline: string;
  pace: Pace;
  /** Pure: checks an envelope's request and options before anything is spent. */
  check(request: Record<string, unknown>, options: Options, facts: DeploymentFacts): Check;
  /** Pure: the request without secrets, for everything that outlives the job. */
  redact(request: Record<string, unknown>): Record<string, unknown>;
  submit(request: Record<string, unknown>, context: KindContext): Promise<SubmissionOutcome>;
  poll(upstreamId: string, context: KindContext): Promise<PollOutcome>;
  collect(upstreamId: string, context: KindContext, outputs: OutputWriter): Promise<CollectOutcome>;
  cancel(upstreamId: string, context: KindContext): Promise<CancelOutcome>;
  /** Deletes the upstream copies, when the user asked for it. */
  cleanUp(upstreamId: string, context: KindContext): Promise<void>;
}
