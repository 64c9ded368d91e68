import type { JobError } from '../jobs/errors.ts';
import type { Status } from '../jobs/status.ts';
import type { Usage } from './kind.ts';

/** The blob that came with a job, pinned to what it was at acceptance. */
export interface InputBlob {
  /** `container/name`. */
  path: string;
  bytes: number;
  contentType: string;
  /**
   * @param range bytes `start` to `end`, `end` not included; without it, all of them.
   * @throws LonghaulError `input-changed` when the blob is gone or another, also half-way;
   *   `storage-unavailable`.
   */
  open(range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
}

/**
 * The parts that a job is split in. Each is carried as a job of its own, under the id
 * `{jobId}.{number}`; nobody outside sees them, and they send no events.
 */
export interface Parts {
  /** Makes the parts that are not there yet. Their ids follow from their place in the list. */
  start(requests: readonly Record<string, unknown>[]): Promise<void>;
  /** In order. */
  read(): Promise<Part[]>;
  /** Writes the wish to cancel to every part that has not ended. */
  cancel(): Promise<void>;
  /**
   * Reads an output file of a part.
   *
   * @returns undefined when the part has no such file.
   * @throws Error when it had one, which has been discarded since.
   */
  output(number: number, name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Removes what is kept of the parts' outputs. */
  discard(): Promise<void>;
}

export interface Part {
  number: number;
  status: Status;
  /** 0 to 100. */
  progress?: number;
  upstreamId?: string;
  error?: JobError;
  usage?: Usage;
  warnings: string[];
  /** ISO 8601; absent while it has not ended. */
  endedAt?: string;
}
