import type { KindName, Options } from './envelope.ts';
import type { JobError } from './errors.ts';
import type { JobEvent } from './events.ts';
import type { OutputFile } from './manifest.ts';
import { isTerminal, type Action, type Phase, type Status } from './status.ts';

/** The ways in. */
export type Door = 'http' | 'service-bus' | 'storage-queue' | 'blob-drop';

/** Where a job came from; a dropped envelope is taken away when its job has ended. */
export interface Source {
  door: Door;
  /** `container/path` of the dropped blob. */
  blob?: string;
  etag?: string;
}

/** The work as upstream knows it. */
export interface UpstreamState {
  id: string;
  status?: string;
  createdAt?: string;
  expiresAt?: string;
}

/**
 * The row of a job in the index: the truth about it. Times are ISO 8601 in UTC. It is bounded in
 * size (the outputs are listed by the manifest), since one table property holds at most 64 KB.
 */
export interface Job {
  id: string;
  kind: KindName;
  status: Status;
  phase: Phase;
  deployment: string;
  /** SHA-256 of the canonical JSON of the envelope: what makes two envelopes the same. */
  requestHash: string;
  labels: Record<string, string>;
  options: Options;
  source: Source;
  /** Set when this is a part of another job, which nobody outside sees. */
  part?: { of: string; number: number };
  /** The request holds secrets, which upstream may repeat. */
  hasSecrets?: boolean;
  /** The blob that holds the request or its input, pinned to what it was at acceptance. */
  input?: { blob: string; etag: string };
  createdAt: string;
  startedAt?: string;
  endedAt?: string;
  deadline: string;
  upstream?: UpstreamState;
  /** Since when the job has been waiting for a place under the deployment's limits; ISO 8601. */
  waitingSince?: string | undefined;
  /** The number of the newest intent; 0 before the first. */
  intent: number;
  progress?: number;
  polls: number;
  nextPollAt?: string;
  usage?: Record<string, number>;
  warnings: string[];
  error?: JobError | undefined;
  actions: Action[];
  /** When the user asked to cancel. */
  cancelRequestedAt?: string;
  /** The user's answer to `action-required`, and the intent that it answers. */
  choice?: { action: Action; intent: number };
  /** True once the manifest has been written. */
  hasManifest: boolean;
  /** The number of the newest event. */
  sequence: number;
  /** Events that were decided but perhaps not yet sent, oldest first. */
  outbox: JobEvent[];
  /** When the last event of an ended job was sent. */
  publishedAt?: string;
}

/**
 * A create is on its way. What comes of it is known in a moment and told then, so that neither lists
 * nor the document tell of this. Work that is still being got ready has no intent, and what waits to
 * be sent again has an error: both may last.
 */
export function isBeingSent({ status, phase, intent, error }: Job): boolean {
  return status === 'queued' && phase === 'submitting' && intent > 0 && error === undefined;
}

/** Why a job waits for admission, as it was when it was asked. */
export interface Waiting {
  /** 1 is next. */
  position: number;
  /** For people: which limit is full. */
  reason: string;
  since: string;
}

/** A job as the API and `state/{id}/job.json` show it. */
export interface JobDocument {
  id: string;
  kind: KindName;
  status: Status;
  phase: Phase;
  deployment: string;
  labels: Record<string, string>;
  /** The blob that came with it: by its name a dropped file finds its job. */
  input: { blob: string } | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  deadline: string;
  upstream: UpstreamState | null;
  progress: number | null;
  /** Its place in the queue for the deployment, while it waits for admission. */
  waiting: Waiting | null;
  polls: number;
  nextPollAt: string | null;
  outputs: (OutputFile & { url: string })[];
  usage: Record<string, number> | null;
  warnings: string[];
  error: JobError | null;
  actions: Action[];
}

/**
 * @param outputs the files of the manifest with their addresses; none before there is a manifest.
 */
export function documentOf(job: Job, outputs: JobDocument['outputs']): JobDocument {
  return {
    id: job.id,
    kind: job.kind,
    status: job.status,
    phase: job.phase,
    deployment: job.deployment,
    labels: job.labels,
    input: job.input ? { blob: job.input.blob } : null,
    createdAt: job.createdAt,
    startedAt: job.startedAt ?? null,
    endedAt: job.endedAt ?? null,
    deadline: job.deadline,
    upstream: job.upstream ?? null,
    progress: job.progress ?? null,
    waiting: null,
    polls: job.polls,
    nextPollAt: isTerminal(job.status) ? null : (job.nextPollAt ?? null),
    outputs,
    usage: job.usage ?? null,
    warnings: job.warnings,
    error: job.error ?? null,
    actions: job.actions,
  };
}
