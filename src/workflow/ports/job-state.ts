import type { JobDocument } from '../../jobs/job.ts';

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
