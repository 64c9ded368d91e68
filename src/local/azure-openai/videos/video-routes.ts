import type { Answer, Call } from '../call.ts';
import { errors } from '../errors.ts';
import { limitOf, orderOf } from '../page.ts';
import { wishingRoute, type Route, type RouteContext } from '../routes.ts';
import type { Services } from '../services.ts';
import { bodySubject, requestHashOf } from '../subject.ts';
import { createVideo, limitHeaders } from './create.ts';
import { imageAnswer, videoAnswer } from './downloads.ts';
import { videoErrors } from './errors.ts';
import { listing } from './listing.ts';
import { wishes, type Wishes } from './plan.ts';
import { progressAt } from './progress.ts';
import { footageOf, type StoredVideo, type VideoRequest } from './stored-video.ts';
import { parseRemixPrompt, parseVideoRequest } from './video-request.ts';
import { videoResource } from './video-resource.ts';
import type { VideosTable } from './videos-table.ts';

const API = 'videos';
const CREATE_ROUTE = 'POST /videos';
const REMIX_ROUTE = 'POST /videos/{id}/remix';
const USUALLY_LISTED = 20;
const MOST_LISTED = 100;
const LARGEST_PICTURE_BYTES = 20 * 1024 * 1024;

/** The routes of Sora 2. */
export function videoRoutes(services: Services, table: VideosTable): Route[] {
  const subject = (_call: Call, id: string) => table.subjectOf(API, id);
  return [
    ...createRoutes(services, table),
    {
      name: 'GET /videos',
      subject: () => table.listSubject(API),
      handle: (call) => ok(videoList(table, call)),
    },
    {
      name: 'GET /videos/{id}',
      subject,
      handle: (call, { id }) => ok(videoResource(find(table, id, call.at), call.at)),
    },
    {
      name: 'DELETE /videos/{id}',
      subject,
      handle(call, { id }) {
        table.delete(find(table, id, call.at), call.at);
        return ok({ id, object: 'video.deleted', deleted: true });
      },
    },
    {
      name: 'GET /videos/{id}/content',
      subject,
      handle: (call, { id }) => download(call, find(table, id, call.at)),
    },
  ];
}

function createRoutes(services: Services, table: VideosTable): Route[] {
  const create = (route: string, call: Call, request: VideoRequest, wanted: Wishes): Answer => {
    const video = createVideo(services, table, call, { api: API, route, request, wishes: wanted });
    return { ...ok(videoResource(video, call.at)), headers: limitHeaders(services, video) };
  };
  return [
    wishingRoute({
      name: CREATE_ROUTE,
      creates: true,
      wishes,
      form: () => ({ fileBytes: LARGEST_PICTURE_BYTES }),
      subject: (call) => bodySubject(call),
      handle: (call, context) =>
        create(CREATE_ROUTE, call, parseVideoRequest(call), context.wishes),
    }),
    wishingRoute({
      name: REMIX_ROUTE,
      creates: true,
      wishes,
      subject: (call, id) => ({ ...table.subjectOf(API, id), requestHash: requestHashOf(call) }),
      handle: (call, context) =>
        create(REMIX_ROUTE, call, remixOf(table, call, context), context.wishes),
    }),
  ];
}

/** @throws ApiError 400 when the video that is to be changed is not ready. */
function remixOf(table: VideosTable, call: Call, { id }: RouteContext): VideoRequest {
  const prompt = parseRemixPrompt(call);
  const { request } = readyVideo(find(table, id, call.at), call.at);
  return { ...request, prompt, remixedFrom: id };
}

function videoList(table: VideosTable, call: Call) {
  const videos = table.list(API, call.at).map((video) => videoResource(video, call.at));
  const ordered = orderOf(call) === 'asc' ? videos : videos.toReversed();
  return listing(call, ordered, limitOf(call, USUALLY_LISTED, MOST_LISTED));
}

function find(table: VideosTable, id: string, now: number): StoredVideo {
  const video = table.find(API, id, now);
  if (video === undefined) throw videoErrors.videoNotFound(id);
  return video;
}

/** @throws ApiError 400 as long as there is nothing to see. */
function readyVideo(video: StoredVideo, now: number): StoredVideo {
  const { status } = videoResource(video, now);
  if (progressAt(video, now).status !== 'succeeded') throw videoErrors.notReady(video.id, status);
  return video;
}

function download(call: Call, video: StoredVideo): Answer {
  const { id, createdAt, plan } = readyVideo(video, call.at);
  const footage = footageOf(video, id);
  const madeAt = createdAt + plan.durationMs;
  const variant = call.url.searchParams.get('variant') ?? 'video';
  switch (variant) {
    case 'video':
      return videoAnswer(call, footage, madeAt);
    case 'thumbnail':
      return imageAnswer(call, footage, 'webp', madeAt);
    case 'spritesheet':
      return imageAnswer(call, footage, 'jpeg', madeAt);
    default:
      throw errors.invalidValue(
        'variant',
        `'variant' must be 'video', 'thumbnail' or 'spritesheet', not '${variant}'.`,
      );
  }
}

function ok(json: unknown): Answer {
  return { status: 200, json };
}
