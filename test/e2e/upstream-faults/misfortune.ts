import { expect } from 'vitest';
import type { JobDocument } from '../../../src/jobs/job.ts';
import type { Status } from '../../../src/jobs/status.ts';

/** What Azure OpenAI does to one job, what its user does, and how that ends. */
export interface Misfortune {
  name: string;
  /** Met by this job alone; docs/simulator.md says what they do. */
  faults?: Record<string, unknown>[];
  request?: Record<string, unknown>;
  options?: Record<string, unknown>;
  /** What the user does as soon as the job has the status. */
  user?: { when: Status; does: 'cancel' | 'actions/resubmit' | 'actions/abandon' };
  /** How the job ends. */
  ends: Partial<Record<keyof JobDocument, unknown>>;
  /** How often the create is sent; once, if nothing is said. */
  sent?: number;
  /** How often it is accepted and paid for; once, if nothing is said. */
  paid?: number;
  /** Virtual seconds between the first two creates. */
  pause?: { atLeast: number; atMost: number };
  /** What the manifest says of the outputs. */
  complete?: boolean;
  /** How upstream answers the last attempt to cancel the work there; it is not tried, if nothing is said. */
  lastCancel?: number;
}

export const CREATE = 'POST /responses';
export const READ = 'GET /responses/{id}';
export const CANCEL = 'POST /responses/{id}/cancel';

/** Longer than any of these jobs lasts. */
export const NEVER_ENDS = { route: CREATE, durationSeconds: 10 * 86_400 };

export const PAID_TWICE_PERHAPS: unknown = expect.stringContaining('may be paid for twice');
export const MAY_STILL_RUN: unknown = expect.stringContaining('may still run');

/** @param upstream what the error must say of upstream's own. */
export function errorOf(code: string, upstream?: object): unknown {
  return expect.objectContaining({
    code,
    ...(upstream === undefined ? {} : { upstream: expect.objectContaining(upstream) }),
  });
}

export function outputsNamed(...names: string[]): unknown {
  return names.map((name) => expect.objectContaining({ name }));
}
