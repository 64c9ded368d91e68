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
  /**
   * Brings the list in line with the row, then removes the mark if the job needs it no more: when
   * its `publishedAt` is set, or when it has no row and the mark is ten minutes old. Until then its
   * row may be on its way, or may just have come.
   */
  close(id: string): Promise<void>;
  list(query: JobQuery): Promise<{ jobs: JobSummary[]; continuationToken?: string }>;
  /** Ids of jobs created before `time` (ISO 8601), oldest first. */
  createdBefore(time: string): AsyncIterable<string>;
  /** Removes everything of a job: row, intents, list entry, mark. */
  remove(id: string): Promise<void>;

  /** Insert-if-absent. */
  insertIntent(intent: Intent): Promise<'inserted' | 'exists'>;
  readIntent(jobId: string, number: number): Promise<Intent | undefined>;
  /**
   * Records how a create ended. With `onlyIfOpen` an outcome that is already there stays.
   * @returns the intent as it now is.
   */
  resolveIntent(
    intent: Pick<Intent, 'jobId' | 'number'>,
    outcome: SubmissionOutcome,
    onlyIfOpen: boolean,
  ): Promise<Intent>;
}

/**
 * What is kept for a job in the `state` container. The request is stored by its hash, before the
 * row exists, so that two different envelopes under one id cannot overwrite each other.
 */
export interface JobState {
  putRequest(id: string, hash: string, request: Record<string, unknown>): Promise<void>;
  readRequest(id: string, hash: string): Promise<Record<string, unknown> | undefined>;
  deleteRequest(id: string, hash: string): Promise<void>;
  /** Replaces every stored request by one without secrets, `state/{id}/request.json`. */
  sealRequest(id: string, redacted: Record<string, unknown> | undefined): Promise<void>;
  putDocument(document: JobDocument): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Blobs that callers name: the input and the drops. Paths are `container/name`. */
export interface Inbox {
  /** @returns undefined when there is no such blob. */
  stat(path: string): Promise<{ etag: string; bytes: number } | undefined>;
  /**
   * @param limit in bytes.
   * @returns undefined when the blob is gone or no longer the one with `etag`.
   */
  read(path: string, etag: string, limit: number): Promise<Uint8Array | 'too-large' | undefined>;
  /** Deletes the blob if it still is the one with `etag`. */
  remove(path: string, etag: string): Promise<void>;
}

/** The job's output files. */
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

/** One JSON line per transition. */
export interface Journal {
  write(line: Record<string, unknown>): void;
}
