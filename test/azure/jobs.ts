import type { Job } from '../../src/jobs/job.ts';

/** A job as it is when it has just been accepted. */
export function aJob(id: string, change: Partial<Job> = {}): Job {
  return {
    id,
    kind: 'response',
    status: 'queued',
    phase: 'checking',
    deployment: 'o3-pro',
    requestHash: 'ab12',
    labels: {},
    options: {},
    source: { door: 'http' },
    createdAt: '2026-01-01T00:00:00.000Z',
    deadline: '2026-01-02T00:00:00.000Z',
    intent: 0,
    polls: 0,
    warnings: [],
    actions: [],
    hasManifest: false,
    sequence: 0,
    outbox: [],
    ...change,
  };
}
