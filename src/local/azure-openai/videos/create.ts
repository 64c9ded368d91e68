import type { Call } from '../call.ts';
import { errors } from '../errors.ts';
import { fractionOf } from '../hash.ts';
import type { VideoApi } from '../models.ts';
import { rateLimitHeaders } from '../rate-limits.ts';
import type { Services } from '../services.ts';
import { requestHashOf } from '../subject.ts';
import { videoErrors } from './errors.ts';
import { planOf, type Wishes } from './plan.ts';
import { newVideoId, type StoredVideo, type VideoRequest } from './stored-video.ts';
import type { VideosTable } from './videos-table.ts';

/** Text in a prompt that the safety system takes offence at. */
const OFFENSIVE = 'trigger-content-filter';

export interface NewVideo {
  api: VideoApi;
  /** The route that creates it, by its name. */
  route: string;
  request: VideoRequest;
  wishes: Wishes;
}

/**
 * Accepts a job: it counts as paid and is kept when this returns.
 * @throws ApiError 404 or 400 for a deployment that cannot do it, 400 for its content, 429 when as
 * many jobs run as may. It is refused then, not queued.
 */
export function createVideo(
  services: Services,
  table: VideosTable,
  call: Call,
  { api, route, request, wishes }: NewVideo,
): StoredVideo {
  checkModel(services, api, request.deployment);
  checkContent(request, wishes);
  checkConcurrency(services, table, request.deployment, call.at);
  const requestHash = requestHashOf(call);
  const range = services.durations.of('videos');
  const video: StoredVideo = {
    id: newVideoId(api),
    api,
    createdAt: call.at,
    requestHash,
    request,
    plan: planOf(wishes, request.variants, range, fractionOf(`${requestHash} duration`)),
  };
  table.save(video);
  const { deployment } = request;
  services.creates.add({ route, requestHash, deployment, tokens: 0, at: call.at });
  return video;
}

/** The rate-limit headers of the answer to a create. */
export function limitHeaders(services: Services, video: StoredVideo): Record<string, string> {
  const { deployment } = video.request;
  const model = services.deployments.modelOf(deployment);
  return rateLimitHeaders(services, deployment, model, video.createdAt);
}

function checkModel({ deployments }: Services, api: VideoApi, deployment: string): void {
  const { name, videoApi } = deployments.modelOf(deployment);
  if (videoApi !== api) throw errors.operationNotSupported('video generation', name);
}

function checkContent({ prompt }: VideoRequest, { moderation }: Wishes): void {
  if (moderation !== undefined) throw videoErrors.moderated(moderation.revisedPrompt);
  if (!prompt.includes(OFFENSIVE)) return;
  throw videoErrors.moderated(prompt.replaceAll(OFFENSIVE, '').trim());
}

function checkConcurrency(
  { limits }: Services,
  table: VideosTable,
  deployment: string,
  now: number,
): void {
  const limit = limits.of(deployment, 'concurrentJobs');
  if (limit === undefined) return;
  const running = table.countOpen(deployment, now);
  if (running < limit) return;
  limits.noteRefusal(deployment, 'concurrentJobs');
  throw videoErrors.tooManyJobs(deployment, running, limit);
}
