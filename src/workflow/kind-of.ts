import type { Job } from '../jobs/job.ts';
import { kindNamed } from '../kinds/index.ts';
import type { Kind } from '../kinds/kind.ts';

/** What carries a job; a part of a job is carried by what its kind says of parts. */
export function kindOf(job: Pick<Job, 'id' | 'kind' | 'part'>): Kind {
  const kind = kindNamed(job.kind);
  const carrying = job.part ? kind?.parts : kind;
  if (carrying) return carrying;
  throw new Error(`Job ${job.id} is of kind "${job.kind}", which this version does not carry.`);
}
