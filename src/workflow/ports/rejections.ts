import type { Problem } from '../../jobs/errors.ts';

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
