import type { Ending } from './plan.ts';
import { isEnded, progressAt, type Progress } from './progress.ts';
import type { StoredVideo } from './stored-video.ts';
import { statusText, unixSeconds, withNulls } from './wording.ts';

/** The object of a video in the API of Sora 2. */
export interface VideoResource {
  id: string;
  status: string;
  [field: string]: unknown;
}

const REASONS: Record<string, string> = {
  input_moderation: 'Your request was blocked by our moderation system.',
  output_moderation: 'The generated video was blocked by our moderation system.',
  internal_error: 'The server had an error while making the video.',
};

/** @param now milliseconds since the Unix epoch. */
export function videoResource(video: StoredVideo, now: number): VideoResource {
  const progress = progressAt(video, now);
  const endedAt = isEnded(progress) ? progress.endedAt : undefined;
  const { deployment, prompt, width, height, seconds, remixedFrom } = video.request;
  const resource = {
    id: video.id,
    object: 'video',
    model: deployment,
    status: statusText(video, progress, nameOf(progress)),
    progress: percent(progress),
    created_at: unixSeconds(video.createdAt),
    completed_at: endedAt === undefined ? null : unixSeconds(endedAt),
    expires_at: endedAt === undefined ? null : unixSeconds(endedAt + video.plan.expiresAfterMs),
    seconds: String(seconds),
    size: `${width}x${height}`,
    prompt,
    remixed_from_video_id: remixedFrom ?? null,
    error: progress.status === 'failed' ? failure(progress) : null,
  };
  return withNulls(resource, video.plan.nullFields);
}

/** The words of this API for the stages of a job. */
function nameOf(progress: Progress): string {
  switch (progress.status) {
    case 'preprocessing':
    case 'running':
    case 'processing':
      return 'in_progress';
    case 'succeeded':
      return 'completed';
    default:
      return progress.status;
  }
}

function percent(progress: Progress): number {
  if (progress.status === 'succeeded') return 100;
  if (!('share' in progress) || progress.status === 'queued') return 0;
  return Math.floor(progress.share * 100);
}

function failure({ reason, message }: Extract<Ending, { status: 'failed' }>) {
  return { code: reason, message: message ?? REASONS[reason] ?? reason };
}
