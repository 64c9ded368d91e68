import { isEnded, progressAt } from './progress.ts';
import { generationsOf, type Generation, type StoredVideo } from './stored-video.ts';
import { statusText, unixSeconds, withNulls } from './wording.ts';

/** The object of a job in the API of Sora. */
export interface JobResource {
  id: string;
  status: string;
  [field: string]: unknown;
}

/** @param now milliseconds since the Unix epoch. */
export function jobResource(job: StoredVideo, now: number): JobResource {
  const progress = progressAt(job, now);
  const endedAt = isEnded(progress) ? progress.endedAt : undefined;
  const { deployment, prompt, width, height, seconds, variants } = job.request;
  const resource = {
    object: 'video.generation.job',
    id: job.id,
    status: statusText(job, progress),
    created_at: unixSeconds(job.createdAt),
    finished_at: endedAt === undefined ? null : unixSeconds(endedAt),
    expires_at: endedAt === undefined ? null : unixSeconds(endedAt + job.plan.expiresAfterMs),
    generations: readyGenerations(job, now).map(generationResource),
    prompt,
    model: deployment,
    n_variants: variants,
    n_seconds: seconds,
    height,
    width,
    failure_reason: progress.status === 'failed' ? progress.reason : null,
  };
  return withNulls(resource, job.plan.nullFields);
}

/** The videos that can be read: those of a job that succeeded. */
export function readyGenerations(job: StoredVideo, now: number): Generation[] {
  return progressAt(job, now).status === 'succeeded' ? generationsOf(job) : [];
}

export function generationResource({ id, job }: Generation) {
  const { prompt, width, height, seconds } = job.request;
  return {
    object: 'video.generation',
    id,
    job_id: job.id,
    created_at: unixSeconds(job.createdAt + job.plan.durationMs),
    width,
    height,
    n_seconds: seconds,
    prompt,
  };
}
