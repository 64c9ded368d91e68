import type { Job } from '../../../src/jobs/job.ts';

/** A job that was just accepted, with some fields changed. */
export function aJob(fields: Partial<Job> = {}): Job {
  return {
    id: 'job-1',
    kind: 'response',
    status: 'queued',
    phase: 'checking',
    deployment: 'o3',
    requestHash: '0'.repeat(64),
    labels: {},
    options: {},
    source: { door: 'http' },
    createdAt: '2026-03-01T00:00:00.000Z',
    deadline: '2026-03-02T00:00:00.000Z',
    intent: 0,
    polls: 0,
    warnings: [],
    actions: [],
    hasManifest: false,
    sequence: 0,
    outbox: [],
    ...fields,
  };
}
