import { readStatus, unreadable } from '../asking.ts';
import type { KindContext, PollOutcome, UpstreamResult } from '../kind.ts';
import { spokenApi } from './api.ts';
import { failureOf } from './failure.ts';
import { ROUTES } from './routes.ts';
import { readVideo, upstreamJobOf, type VideoObject } from './video-object.ts';

/** Reads the status once. */
export function poll(
  upstreamId: string,
  { upstream, deployment }: KindContext,
): Promise<PollOutcome> {
  const path = ROUTES[spokenApi(deployment).api].job(upstreamId);
  return readStatus(upstream, path, (body) => pollOutcomeOf(body, upstreamId));
}

/** What a video job that was read says. Nothing but a known end is an end. */
export function pollOutcomeOf(body: unknown, upstreamId: string): PollOutcome {
  const video = readVideo(body);
  if (!video) return unreadable('Azure OpenAI answered with something that is no video job.');
  const upstream = upstreamJobOf(video, upstreamId);
  const result = resultOf(video);
  if (result) return { outcome: 'ended', upstream, result };
  const { progress, state } = video;
  return {
    outcome: 'running',
    upstream,
    ...(progress === undefined ? {} : { progress }),
    ...(state === undefined ? { unknownStatus: true } : {}),
  };
}

/**
 * How a video job ended; undefined while it has not. Whether a success has anything in it is seen
 * when it is collected. Of a failure upstream's JSON is brought home, for it may say why.
 */
function resultOf(video: VideoObject): UpstreamResult | undefined {
  switch (video.state) {
    case 'succeeded':
      return { status: 'succeeded', hasOutputs: true };
    case 'failed':
      return { status: 'failed', error: failureOf(video), hasOutputs: true };
    case 'cancelled':
      return { status: 'cancelled', hasOutputs: false };
    case 'running':
    case undefined:
      return undefined;
  }
}
