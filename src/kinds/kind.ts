import type { KindName, Options } from '../jobs/envelope.ts';
import type { FieldProblem, JobError } from '../jobs/errors.ts';
import type { OutputFile } from '../jobs/manifest.ts';
import type { Action } from '../jobs/status.ts';
import type { InputBlob, Parts } from './ports.ts';
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
  /** Which of the video APIs it speaks, when the settings say so; else the model's name decides. */
  videoApi?: VideoApi | undefined;
  /** Nobody but Longhaul submits work to it: identical work is then interchangeable. */
  exclusive?: boolean | undefined;
  /** Paths of batch rows that it takes beside the usual ones. */
  batchEndpoints?: readonly string[] | undefined;
  /** Tokens that may wait in its batch queue, where that is known. */
  enqueuedTokens?: number | undefined;
}

/** `jobs`: `/video/generations/jobs` (Sora 1); `videos`: `/videos` (Sora 2). */
export type VideoApi = 'jobs' | 'videos';

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

/** What one create asks of the deployment's limits; what is absent is not counted. */
export interface Demand {
  /** Tokens of the minute that the create is sent in, estimated. */
  tokens?: number;
  /** Tokens that wait in the batch queue for as long as the work runs, estimated. */
  enqueuedTokens?: number;
}

/** What the first phase found in the input, which may be far too large to look at before. */
export type Examination =
  | {
      outcome: 'fit';
      warnings: string[];
      /** What submitting and collecting need to know of it; kept in `state/{id}/plan.json`. */
      plan?: unknown;
    }
  /** `files` tell the user more; they become the job's outputs. */
  | { outcome: 'unfit'; error: JobError; files: OutputFile[] };

/** What became of getting ready for a create: an upload, say. It costs nothing to do it again. */
export type PreparationOutcome =
  /** `reference` is what the create needs of it, such as the id of a file. */
  | { outcome: 'prepared'; reference: string }
  /** Upstream is working on it: ask again. */
  | { outcome: 'pending'; retryAfter?: number }
  | { outcome: 'refused'; error: JobError }
  | { outcome: 'unreadable'; error: JobError; retryAfter?: number };

/** A create that may have been sent, as its intent tells of it. */
export interface SentCreate {
  intent: number;
  /** The random token of the intent, to be found again in what upstream keeps, where it keeps any. */
  attempt: string;
  /** ISO 8601; the work was created at this time or later, upstream's clock permitting. */
  createdAt: string;
  reference?: string;
}

/** What a look for the work of a create without an answer showed (design, rule 1). */
export type FindOutcome =
  /**
   * Work that may be this create's, oldest first; the first that no other job has claimed is taken.
   * More than one means that each would do.
   */
  | { outcome: 'found'; candidates: UpstreamJob[] }
  | { outcome: 'absent' }
  /** There is work that may be this create's, or another's: only the user can tell. */
  | { outcome: 'ambiguous'; error: JobError }
  | { outcome: 'unreadable'; error: JobError; retryAfter?: number };

/** What one status read showed. */
export type PollOutcome =
  | { outcome: 'running'; upstream: UpstreamJob; progress?: number; unknownStatus?: true }
  | { outcome: 'ended'; upstream: UpstreamJob; result: UpstreamResult }
  /** Upstream no longer knows the work. */
  | { outcome: 'gone'; error: JobError }
  /** Upstream had accepted the work and then refused to begin it: it cost nothing, and may be sent again. */
  | { outcome: 'turned-away'; error: JobError }
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
      /**
       * Set when collecting showed that the status must be another one: `expired` for what was gone
       * upstream (`outputs-gone`), else `failed`.
       */
      error?: JobError;
      /** What the job offers once it has ended. */
      actions?: Action[];
    }
  | { outcome: 'gone'; error: JobError }
  | { outcome: 'unreadable'; error: JobError; retryAfter?: number };

/** What a kind may use while it works for a job. */
export interface KindContext {
  jobId: string;
  /** Set when this is a part of another job. */
  part?: { of: string; number: number };
  /** ISO 8601. */
  createdAt: string;
  upstream: Upstream;
  deployment: DeploymentFacts;
  options: Options;
  /** Milliseconds after which a create counts as unanswered. */
  createTimeout: number;
  /** The blob that came with the job, pinned to what it was at acceptance. */
  input?: InputBlob;
  /** What the examination planned. */
  plan?: unknown;
  /** The parts of this job, for kinds that split it. */
  parts: Parts;
}

/** What the blob at `input.blob` is to a kind. */
export type InputRole =
  /** The whole request, given there instead of in the envelope. */
  | 'request'
  /** A file that goes with the request, and may be missing. */
  | 'attachment'
  /** The work itself; there is no job without it. */
  | 'content';

/**
 * One kind of long-running work. Adding a kind is adding a folder with one of these, and a line in
 * `kinds/index.ts`. Methods must bear being run twice; only `submit` is guarded by an intent.
 */
export interface Kind {
  name: KindName;
  /** ISO 8601 duration. */
  defaultDeadline: string;
  pace: Pace;
  input: InputRole;
  /** Whether upstream copies stay where the options do not say. */
  keepsUpstream: boolean;
  /** Submitting costs nothing and may be done again: it needs no place and no intent of one run. */
  repeatable?: true;
  /** Pure: checks an envelope's request and options before anything is spent. */
  check(request: Record<string, unknown>, options: Options, facts: DeploymentFacts): Check;
  /** Pure: the request without secrets, for everything that outlives the job. */
  redact(request: Record<string, unknown>): Record<string, unknown>;
  /**
   * Pure: what the create will ask of the deployment's limits. Which of them it touches is the same
   * for every request, an empty one too.
   */
  demand(request: Record<string, unknown>): Demand;
  /**
   * Looks at the input before anything is spent; for kinds whose input is no request. The plan that
   * comes of it is kept for jobs with an input.
   */
  examine?(
    request: Record<string, unknown>,
    context: KindContext,
    outputs: OutputWriter,
  ): Promise<Examination>;
  /** Gets ready for the create, after admission. */
  prepare?(request: Record<string, unknown>, context: KindContext): Promise<PreparationOutcome>;
  submit(
    request: Record<string, unknown>,
    context: KindContext,
    create: SentCreate,
  ): Promise<SubmissionOutcome>;
  /** Looks for the work of a create that got no answer, where upstream lets it be found. */
  find?(
    request: Record<string, unknown>,
    context: KindContext,
    create: SentCreate,
  ): Promise<FindOutcome>;
  poll(upstreamId: string, context: KindContext): Promise<PollOutcome>;
  /** For kinds whose work is watched by listing it, many at a time. */
  listing?: Listing;
  collect(upstreamId: string, context: KindContext, outputs: OutputWriter): Promise<CollectOutcome>;
  cancel(upstreamId: string, context: KindContext): Promise<CancelOutcome>;
  /** Deletes the upstream copies, once everything is home. */
  cleanUp(upstreamId: string, context: KindContext): Promise<void>;
  /** Deletes what {@link Kind.prepare} got ready, where it may be left without work that names it. */
  discard?(reference: string, context: KindContext): Promise<void>;
  /** How the parts of a job of this kind are carried, when it is split: each is a job of its own. */
  parts?: Kind;
  /**
   * Deletes what crashes may have left in an account beside the work itself, such as files that
   * were uploaded for a create that was never sent. Run every ten minutes, once for each account;
   * at most some hundred calls a run.
   */
  sweep?(context: SweepContext): Promise<Swept>;
}

/** What a kind may use while it sweeps an account. */
export interface SweepContext {
  upstream: Upstream;
  /** One of the account's deployments. */
  deployment: DeploymentFacts;
  /** `unknown` is not ours to clean up after: another installation may share the account. */
  stateOf(jobId: string): Promise<'open' | 'ended' | 'unknown'>;
  /** For kinds that need more than its state; undefined where that is `unknown`. */
  jobOf(jobId: string): Promise<SweptJob | undefined>;
}

/** What sweeping may need to know of a job. */
export interface SweptJob {
  /** ISO 8601; with the id it tells a job from one of another installation. */
  createdAt: string;
  ended: boolean;
  /** Its upstream copies are to stay. */
  keepsUpstream: boolean;
}

/** How many things were deleted, and how many could not be. */
export interface Swept {
  removed: number;
  failed: number;
}

/** How work is watched by listing it: one call tells of a hundred. */
export interface Listing {
  /** Newest first. @throws LonghaulError when a page cannot be had. */
  list(upstream: Upstream): AsyncIterable<ListedWork>;
  /** Pure: what a status read would have said, from what the list said. */
  read(snapshot: unknown): PollOutcome;
}

export interface ListedWork {
  upstreamId: string;
  /** ISO 8601. */
  createdAt: string;
  /** What {@link Listing.read} needs; small, as JSON. */
  snapshot: unknown;
}
