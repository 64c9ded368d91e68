import { jsonBody, type Answer, type Call } from '../call.ts';
import { errors } from '../errors.ts';
import { limitOf } from '../page.ts';
import { wishingRoute, type Route } from '../routes.ts';
import type { Services } from '../services.ts';
import { bodySubject } from '../subject.ts';
import { createVideo, limitHeaders } from './create.ts';
import { imageAnswer, videoAnswer } from './downloads.ts';
import { videoErrors } from './errors.ts';
import { parseJobRequest } from './job-request.ts';
import { generationResource, jobResource, readyGenerations } from './job-resource.ts';
import { listing } from './listing.ts';
import { jobWishes, type Wishes } from './plan.ts';
import { footageOf, jobIdOf, type Generation, type StoredVideo } from './stored-video.ts';
import type { VideosTable } from './videos-table.ts';

const API = 'jobs';
const JOBS = '/video/generations/jobs';
const GENERATION = '/video/generations/{id}';
const CREATE_ROUTE = `POST ${JOBS}`;
const MOST_LISTED = 100;

/** The routes of Sora. They are a preview still, and their error bodies are flat. */
export function jobRoutes(services: Services, table: VideosTable): Route[] {
  return [...jobsRoutes(services, table), ...generationRoutes(table)].map(asPreview);
}

function asPreview(route: Route): Route {
  return {
    ...route,
    errorBody: (error) => error,
    handle(call, context) {
      const version = call.url.searchParams.get('api-version');
      if (version !== 'preview') throw errors.apiVersionNotSupported();
      return route.handle(call, context);
    },
  };
}

function jobsRoutes(services: Services, table: VideosTable): Route[] {
  const subject = (_call: Call, id: string) => table.subjectOf(API, id);
  return [
    wishingRoute({
      name: CREATE_ROUTE,
      creates: true,
      wishes: jobWishes,
      subject: (call) => bodySubject(call),
      handle: (call, { wishes }) => createJob(services, table, call, wishes),
    }),
    {
      name: `GET ${JOBS}`,
      subject: () => table.listSubject(API),
      handle: (call) => ok(jobList(table, call)),
    },
    {
      name: `GET ${JOBS}/{id}`,
      subject,
      handle: (call, { id }) => ok(jobResource(findJob(table, id, call.at), call.at)),
    },
    {
      name: `DELETE ${JOBS}/{id}`,
      subject,
      handle(call, { id }) {
        table.delete(findJob(table, id, call.at), call.at);
        return { status: 204 };
      },
    },
  ];
}

function generationRoutes(table: VideosTable): Route[] {
  const subject = (_call: Call, id: string) => table.subjectOf(API, jobIdOf(id));
  const video: Route['handle'] = (call, { id }) =>
    download(call, findGeneration(table, id, call.at));
  return [
    {
      name: `GET ${GENERATION}`,
      subject,
      handle: (call, { id }) => ok(generationResource(findGeneration(table, id, call.at))),
    },
    {
      name: `GET ${GENERATION}/content/thumbnail`,
      subject,
      handle(call, { id }) {
        const generation = findGeneration(table, id, call.at);
        return imageAnswer(call, footageOf(generation.job, id), 'jpeg', madeAt(generation));
      },
    },
    { name: `GET ${GENERATION}/content/video`, subject, handle: video },
    { name: `HEAD ${GENERATION}/content/video`, subject, handle: video },
  ];
}

function createJob(services: Services, table: VideosTable, call: Call, wishes: Wishes): Answer {
  const request = parseJobRequest(jsonBody(call));
  const job = createVideo(services, table, call, {
    api: API,
    route: CREATE_ROUTE,
    request,
    wishes,
  });
  return { ...ok(jobResource(job, call.at)), headers: limitHeaders(services, job) };
}

/** Newest first; `limit` is required. */
function jobList(table: VideosTable, call: Call) {
  if (!call.url.searchParams.has('limit')) {
    throw errors.invalidValue('limit', "The query parameter 'limit' is required.");
  }
  const statuses = new Set(
    ['statuses', 'statuses[]'].flatMap((name) => call.url.searchParams.getAll(name)),
  );
  const jobs = table
    .list(API, call.at)
    .toReversed()
    .map((job) => jobResource(job, call.at))
    .filter(({ status }) => statuses.size === 0 || statuses.has(status));
  return listing(call, jobs, limitOf(call, MOST_LISTED, MOST_LISTED));
}

function findJob(table: VideosTable, id: string, now: number): StoredVideo {
  const job = table.find(API, id, now);
  if (job === undefined) throw videoErrors.jobNotFound(id);
  return job;
}

function findGeneration(table: VideosTable, id: string, now: number): Generation {
  const job = table.find(API, jobIdOf(id), now);
  const generations = job === undefined ? [] : readyGenerations(job, now);
  const found = generations.find((generation) => generation.id === id);
  if (found === undefined) throw videoErrors.generationNotFound(id);
  return found;
}

/** @throws ApiError 400 for a quality that there is not. */
function download(call: Call, generation: Generation): Answer {
  const quality = call.url.searchParams.get('quality') ?? 'high';
  if (quality !== 'high' && quality !== 'low') {
    throw errors.invalidValue('quality', `'quality' must be 'high' or 'low', not '${quality}'.`);
  }
  const footage = footageOf(generation.job, generation.id);
  const shown = quality === 'high' ? footage : halved(footage);
  return videoAnswer(call, shown, madeAt(generation));
}

function halved<T extends { width: number; height: number }>(footage: T): T {
  const half = (length: number) => 2 * Math.round(length / 4);
  return { ...footage, width: half(footage.width), height: half(footage.height) };
}

function madeAt({ job }: Generation): number {
  return job.createdAt + job.plan.durationMs;
}

function ok(json: unknown): Answer {
  return { status: 200, json };
}
