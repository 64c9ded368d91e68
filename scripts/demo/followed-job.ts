import type { JobDocument } from '../../src/jobs/job.ts';
import { isTerminal } from '../../src/jobs/status.ts';
import type { DemoJob, Door } from './jobs.ts';

/** A job as it is shown and followed. */
export interface FollowedJob {
  name: string;
  door: Door;
  expected: DemoJob['expected'];
  /** Unknown until a dropped file has become a job. */
  id?: string;
  document?: JobDocument;
  /** The batch whose rows it sends again. */
  retryOf?: string;
}

export function followed(job: DemoJob): FollowedJob {
  const { door, expected } = job;
  if (!('batchFile' in job)) return { name: job.envelope.id, id: job.envelope.id, door, expected };
  return { name: job.batchFile.path.split('/').at(-1) ?? '', door, expected };
}

export function hasEnded({ document }: FollowedJob): boolean {
  return document !== undefined && isTerminal(document.status);
}

/** The job that sends rows of a batch again. */
export function retryOf(batch: string, name: string, document: JobDocument): FollowedJob {
  const { id } = document;
  return {
    name: `${name}, retry`,
    door: 'http',
    expected: 'succeeded',
    id,
    retryOf: batch,
    document,
  };
}
