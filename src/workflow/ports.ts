import type { KindName } from '../jobs/envelope.ts';
import type { Problem } from '../jobs/errors.ts';
import type { EventProperties, JobEvent } from '../jobs/events.ts';
import type { Job, JobDocument } from '../jobs/job.ts';
import type { Manifest } from '../jobs/manifest.ts';
import type { Status } from '../jobs/status.ts';
import type { DeploymentFacts, OutputWriter, SubmissionOutcome } from '../kinds/kind.ts';
import type { Upstream } from '../kinds/upstream.ts';

/** A value with the version (ETag) under which it was read. */
export interface Versioned<T> {
  value: T;
  version: string;
}

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
   * Records how a create ended, whatever was recorded before.
   *
   * @returns the intent as it now is.
   */
  resolveIntent(intent: Intent, outcome: SubmissionOutcome): Promise<Intent>;
  /** As {@link resolveIntent}, but an outcome that is already there stays. */
  resolveOpenIntent(
    intent: Pick<Intent, 'jobId' | 'number'>,
    outcome: SubmissionOutcome,
  ): Promise<Intent>;

  /**
   * Insert-if-absent per deployment and upstream id: work that was found upstream, or whose create
   * was answered, belongs to one job for good.
   *
   * @returns the claim as it now is, which may be another job's.
   */
  claim(claim: Claim): Promise<Claim>;
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

/**
 * What is kept for a job in the `state` container. The request is stored by its hash, before the
 * row exists, so that two different envelopes under one id cannot overwrite each other.
 */
export interface JobState {
  putRequest(id: string, hash: string, request: Record<string, unknown>): Promise<void>;
  readRequest(id: string, hash: string): Promise<Record<string, unknown> | undefined>;
  deleteRequest(id: string, hash: string): Promise<void>;
  /** Deletes every request that was stored under this id, whatever its hash. */
  deleteRequests(id: string): Promise<void>;
  /** Stores the request without secrets, `state/{id}/request.json`. */
  putSealedRequest(id: string, redacted: Record<string, unknown>): Promise<void>;
  /** The request without secrets, once it was stored. */
  readSealedRequest(id: string): Promise<Record<string, unknown> | undefined>;
  putDocument(document: JobDocument): Promise<void>;
  /** What the examination planned, `state/{id}/plan.json`. */
  putPlan(id: string, plan: unknown): Promise<void>;
  readPlan(id: string): Promise<unknown>;
  remove(id: string): Promise<void>;
}

/** Blobs that callers name: the input and the drops. Paths are `container/name`. */
export interface Inbox {
  /** @returns undefined when there is no such blob. */
  stat(path: string): Promise<BlobFacts | undefined>;
  /**
   * Streams the blob, or `start` to `end` of it (`end` not included).
   *
   * @throws LonghaulError `input-changed` when the blob is gone or no longer the one with `etag`,
   *   also half-way; `storage-unavailable`.
   */
  open(
    path: string,
    etag: string,
    range?: { start: number; end: number },
  ): AsyncIterable<Uint8Array>;
  /** Writes a blob unless it is there. @returns its ETag. */
  put(path: string, content: AsyncIterable<Uint8Array>, contentType: string): Promise<string>;
  /**
   * @param limit in bytes.
   * @returns undefined when the blob is gone or no longer the one with `etag`.
   */
  read(path: string, etag: string, limit: number): Promise<Uint8Array | 'too-large' | undefined>;
  /** Deletes the blob if it still is the one with `etag`. */
  remove(path: string, etag: string): Promise<void>;
}

export interface BlobFacts {
  etag: string;
  bytes: number;
  contentType: string;
}

/** The job's output files; those of a part lie in the `state` container. */
export interface Outputs {
  writer(jobId: string): OutputWriter;
  writeManifest(manifest: Manifest): Promise<void>;
  readManifest(jobId: string): Promise<Manifest | undefined>;
  /**
   * @param range bytes, both ends included; the end may be open.
   * @returns undefined when there is no such file.
   * @throws LonghaulError `range-not-satisfiable`.
   */
  read(jobId: string, name: string, range?: ByteRange): Promise<OutputContent | undefined>;
  /** The address of the blob. */
  url(jobId: string, name: string): string;
  /** Removes every output of a part, its manifest too. */
  removePart(partId: string): Promise<void>;
}

/** `start` to `end`, both included; without `start`, the last `end` bytes (RFC 9110, 14.1.2). */
export interface ByteRange {
  start?: number;
  end?: number;
}

export interface OutputContent {
  stream: AsyncIterable<Uint8Array>;
  contentType: string;
  /** Bytes of this part. */
  bytes: number;
  /** Bytes of the whole file. */
  totalBytes: number;
  /** First byte of this part. */
  start: number;
  etag: string;
}

/** A redacted copy of what could not be accepted, with the problem. */
export interface Rejection {
  door: string;
  /** What the door knows the source by: a message id, or a blob's path and ETag. */
  sourceId: string;
  /** ISO 8601. */
  rejectedAt: string;
  problem: Problem;
  /** What came in without its secrets; text when it was no JSON, and cut when it was long. */
  received: unknown;
}

/** The `rejected` container. */
export interface Rejections {
  /**
   * Writes `rejected/{name}` unless it is there.
   * @returns the rejection as it was first stored, so that a repeat tells the same, and its address.
   */
  putOnce(name: string, rejection: Rejection): Promise<{ rejection: Rejection; url: string }>;
}

export interface EventPublisher {
  /** Costs nothing while a connection is there. @throws when events cannot be sent now. */
  reach(): Promise<void>;
  /** Sends events in order; the event's id becomes the MessageId. Sending again is harmless. */
  publish(events: readonly { event: JobEvent; properties: EventProperties }[]): Promise<void>;
}

/** The durable engine, seen from the doors and timers. The instance id is the job id. */
export interface Orchestrations {
  /** Starts the job's orchestration. Does nothing when one is live. */
  start(jobId: string): Promise<void>;
  isLive(jobId: string): Promise<boolean>;
  /** Wakes the orchestration; the durable state says why. Lost wakes cost ten minutes at most. */
  wake(jobId: string): Promise<void>;
  /** Forgets the histories of orchestrations that ended and were created before `time`. */
  purgeBefore(time: string): Promise<void>;
}

/** A deployment that the settings name. */
export interface Deployment {
  facts: DeploymentFacts;
  upstream: Upstream;
  /** What the settings say, else what is documented of the model. */
  limits: DeploymentLimits;
  /** Tells the accounts apart: work is listed once for each. */
  endpoint: string;
}

/** What a deployment takes; what is absent is not limited. */
export interface DeploymentLimits {
  /** Pieces of work at the same time. */
  concurrent?: number;
  /** Calls of any kind in any minute. */
  requestsPerMinute?: number;
  /** Creates in any minute, where upstream counts them apart from other calls. */
  createsPerMinute?: number;
  tokensPerMinute?: number;
  /** Tokens that may wait in the batch queue. */
  enqueuedTokens?: number;
}

/** What the settings say of a deployment. */
export interface ConfiguredDeployment {
  name: string;
  endpoint: string;
  /** The resource id of its account, when the settings name it. */
  account: string | null;
  model: string | null;
  exclusive: boolean;
  limits: Record<string, number | undefined>;
}

export interface Deployments {
  /** @returns undefined when the settings list deployments and this is none of them. */
  named(name: string): Deployment | undefined;
  /** The deployments that the settings list, for people to look at. */
  list(): ConfiguredDeployment[];
  /** What the settings say of a deployment that they allow, listed or not. */
  described(name: string): ConfiguredDeployment | undefined;
  /** The resource ids of all accounts that the settings name. */
  accounts(): string[];
}

/**
 * What lists of upstream work said last, so that each piece of work need not be asked for by itself.
 */
export interface StatusBoard {
  /** From now on the lists are to tell of this work. Watching again changes nothing. */
  watch(work: WatchedWork): Promise<void>;
  unwatch(work: Pick<WatchedWork, 'endpoint' | 'upstreamId'>): Promise<void>;
  watched(): AsyncIterable<WatchedWork>;
  /** Writes what a list said of one piece of work; writing what is there already costs nothing. */
  put(
    work: Pick<WatchedWork, 'endpoint' | 'upstreamId'>,
    snapshot: unknown,
  ): Promise<'changed' | 'same'>;
  /** @param at when the list of this endpoint was read to its end, ISO 8601. */
  putListed(endpoint: string, at: string): Promise<void>;
  /** @returns undefined when no list told of it yet. `listedAt`: when it was known to be so. */
  read(
    work: Pick<WatchedWork, 'endpoint' | 'upstreamId'>,
  ): Promise<{ snapshot: unknown; listedAt: string } | undefined>;
}

export interface WatchedWork {
  endpoint: string;
  upstreamId: string;
  kind: KindName;
  jobId: string;
  deployment: string;
  /** ISO 8601. */
  createdAt: string;
}

/**
 * Where admission is kept: a desk per deployment, changed by compare-and-swap, the queue of those
 * who wait before it, and the calls of the last minute. Names of deployments are the same in any
 * case, as in Azure.
 */
export interface AdmissionStore {
  /** @returns an empty desk, with its version, when there is none yet. */
  readDesk(deployment: string): Promise<Versioned<Desk>>;
  /** @returns false when the desk has changed since it was read under `version`. */
  replaceDesk(deployment: string, desk: Desk, version: string): Promise<boolean>;
  /** All desks, each with the name of its deployment. */
  desks(): AsyncIterable<Versioned<Desk> & { deployment: string }>;
  /** Queueing again under the same key changes nothing. */
  enqueue(deployment: string, waiter: Waiter): Promise<void>;
  dequeue(deployment: string, waiter: Pick<Waiter, 'key'>): Promise<void>;
  /** The first in the queue. @param top 1 to 1,000. */
  head(deployment: string, top: number): Promise<Waiter[]>;
  /** How many wait before this key, itself not counted. */
  ahead(deployment: string, key: string): Promise<number>;
  /**
   * @param shard calls of busy deployments are counted in several places, each by itself.
   * @returns none, with their version, when nothing was counted yet.
   */
  readCalls(deployment: string, shard: number): Promise<Versioned<CountedCalls[]>>;
  /** @returns false when the count has changed since it was read under `version`. */
  replaceCalls(
    deployment: string,
    shard: number,
    calls: CountedCalls[],
    version: string,
  ): Promise<boolean>;
}

/** One row: who holds a place, and who was let in lately. Bounded, since a row holds 1 MB at most. */
export interface Desk {
  holders: Holder[];
  /** Someone waits, or did lately. */
  queued: boolean;
  /** Who was let in during the last minute, oldest first; each will send a create. */
  entries: Entry[];
}

export interface Holder {
  jobId: string;
  /** Milliseconds since the epoch. */
  since: number;
  enqueuedTokens?: number;
}

export interface Entry {
  jobId: string;
  /** Milliseconds since the epoch. */
  at: number;
  tokens?: number;
}

export interface Waiter {
  /** Sorts the queue: the time at which the job came, shifted by priority, and the job's id. */
  key: string;
  jobId: string;
  tokens?: number;
  enqueuedTokens?: number;
}

/** The calls of one second. */
export interface CountedCalls {
  /** The beginning of the second, milliseconds since the epoch. */
  at: number;
  /** All of them, reads and creates included. */
  calls: number;
  reads: number;
  creates: number;
}

/** One JSON line per transition. */
export interface Journal {
  write(line: Record<string, unknown>): void;
}
