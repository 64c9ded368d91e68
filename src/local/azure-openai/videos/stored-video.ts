import { randomBytes } from 'node:crypto';
import type { VideoApi } from '../models.ts';
import type { Footage } from './media/footage.ts';
import type { Course } from './progress.ts';

/** What was asked for, whichever API it was asked of. */
export interface VideoRequest {
  deployment: string;
  prompt: string;
  /** Pixels. */
  width: number;
  height: number;
  seconds: number;
  /** How many videos. */
  variants: number;
  /** The video that this one is made from. */
  remixedFrom?: string;
}

/** What is kept of a job. Its status and its videos follow from it and the time. */
export interface StoredVideo extends Course {
  id: string;
  api: VideoApi;
  requestHash: string;
  request: VideoRequest;
}

const ID_PREFIX: Record<VideoApi, string> = { jobs: 'task_', videos: 'video_' };
const GENERATION_PREFIX = 'gen_';

export function newVideoId(api: VideoApi): string {
  return ID_PREFIX[api] + randomBytes(13).toString('hex');
}

/** One of the videos of a job of Sora 1. */
export interface Generation {
  id: string;
  index: number;
  job: StoredVideo;
}

export function generationsOf(job: StoredVideo): Generation[] {
  const stem = GENERATION_PREFIX + job.id.slice(ID_PREFIX.jobs.length);
  return Array.from({ length: job.plan.generations }, (_, index) => ({
    id: `${stem}_${index}`,
    index,
    job,
  }));
}

/** @returns the job of a generation; of anything else an identifier that no job has. */
export function jobIdOf(generationId: string): string {
  return generationId.replace(GENERATION_PREFIX, ID_PREFIX.jobs).replace(/_\d+$/, '');
}

/** @param seed the identifier of the video, or of the generation. */
export function footageOf({ request, plan }: StoredVideo, seed: string): Footage {
  const { width, height, seconds } = request;
  return { seed, width, height, seconds, bytes: plan.bytes };
}
