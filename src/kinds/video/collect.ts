import { jobError, type JobError } from '../../jobs/errors.ts';
import type { OutputFile } from '../../jobs/manifest.ts';
import { ask, unreadable } from '../asking.ts';
import { downloadTo, type Download } from '../download.ts';
import type { CollectOutcome, KindContext, OutputWriter, VideoApi } from '../kind.ts';
import { withoutSecrets } from '../secrets.ts';
import type { Upstream } from '../upstream.ts';
import { spokenApi } from './api.ts';
import { failureOf } from './failure.ts';
import { ROUTES, type Routes } from './routes.ts';
import { thumbnailName } from './thumbnail.ts';
import { readVideo, type VideoObject } from './video-object.ts';

/** Brings home what upstream says of the job, its videos and their thumbnails. */
export async function collect(
  upstreamId: string,
  { upstream, deployment }: KindContext,
  outputs: OutputWriter,
): Promise<CollectOutcome> {
  const { api } = spokenApi(deployment);
  const answer = await ask(upstream, { method: 'GET', path: ROUTES[api].job(upstreamId) });
  if (answer.outcome === 'refused') return { outcome: 'unreadable', error: answer.error };
  if (answer.outcome !== 'answered') return answer;
  const video = readVideo(answer.body);
  if (!video || video.state === undefined || video.state === 'running') {
    return unreadable('There is nothing to collect yet: the video job has not ended.');
  }
  // Small, and it vanishes with the rest: so it comes first.
  const json = await outputs.write('job.json', jsonOf(video), 'application/json');
  const generations = generationsOf(video, api, upstreamId);
  const fault = faultOf(video, generations);
  if (fault) return nothingBut(json, fault);
  return collected(video, json, await saved(upstream, ROUTES[api], generations, outputs));
}

function jsonOf({ body }: VideoObject): string {
  return `${JSON.stringify(withoutSecrets(body), null, 2)}\n`;
}

/** A job of the newer API is its one video. */
function generationsOf(video: VideoObject, api: VideoApi, upstreamId: string): string[] {
  return api === 'videos' ? [upstreamId] : video.generations;
}

function faultOf(video: VideoObject, generations: readonly string[]): JobError | undefined {
  switch (video.state) {
    case 'failed':
      return failureOf(video);
    case 'cancelled':
      return jobError('upstream-failed', 'The video job was cancelled upstream by somebody else.');
    default:
      return generations.length > 0 ? undefined : NOTHING_MADE;
  }
}

const NOTHING_MADE = jobError(
  'empty-output',
  'The video job succeeded without making a single video. Hand in a new job to try again.',
);

function nothingBut(json: OutputFile, error: JobError): CollectOutcome {
  return { outcome: 'collected', files: [json], complete: false, warnings: [], error };
}

interface Saved {
  videos: Download[];
  thumbnails: Download[];
}

/** Until the videos are home, nothing is spent on thumbnails. */
async function saved(
  upstream: Upstream,
  routes: Routes,
  generations: readonly string[],
  outputs: OutputWriter,
): Promise<Saved> {
  const videos = await inTurn(generations, (id, number) => {
    const file = { path: routes.video(id), name: `video-${number}.mp4`, contentType: 'video/mp4' };
    return downloadTo(upstream, file, outputs);
  });
  if (videos.some(({ outcome }) => outcome === 'unreadable')) return { videos, thumbnails: [] };
  const thumbnails = await inTurn(generations, (id, number) => {
    const name = (contentType: string) => thumbnailName(number, contentType);
    const file = { path: routes.thumbnail(id), name, contentType: 'image/jpeg' };
    return downloadTo(upstream, file, outputs);
  });
  return { videos, thumbnails };
}

/** One after the other: what they share is a minute's calls and the bandwidth. */
async function inTurn(
  generations: readonly string[],
  download: (id: string, number: number) => Promise<Download>,
): Promise<Download[]> {
  const downloads: Download[] = [];
  for (const [index, id] of generations.entries()) downloads.push(await download(id, index + 1));
  return downloads;
}

function collected(
  video: VideoObject,
  json: OutputFile,
  { videos, thumbnails }: Saved,
): CollectOutcome {
  const blocked = videos.find((one) => one.outcome === 'unreadable');
  if (blocked) return blocked;
  const files = filesOf(videos);
  const asked = Math.max(video.variants ?? 0, videos.length);
  const error = errorOf(videos);
  return {
    outcome: 'collected',
    files: [...files, ...filesOf(thumbnails), json],
    complete: files.length === asked,
    warnings: [...missingVideos(asked, videos), ...missingThumbnails(thumbnails)],
    ...(error === undefined ? {} : { error }),
  };
}

function filesOf(downloads: readonly Download[]): OutputFile[] {
  return downloads.flatMap((one) => (one.outcome === 'saved' ? one.file : []));
}

function errorOf(videos: readonly Download[]): JobError | undefined {
  const lost = videos.filter(({ outcome }) => outcome === 'gone').length;
  if (lost > 0) return outputsGone(lost, videos.length);
  return videos.every(({ outcome }) => outcome === 'empty') ? NOTHING_MADE : undefined;
}

function outputsGone(lost: number, made: number): JobError {
  const what = made === 1 ? 'The video' : `${lost} of the ${made} videos`;
  return jobError(
    'outputs-gone',
    `${what} no longer existed upstream when it was to be saved; what was saved is among the outputs. Hand in a new job to do it again.`,
  );
}

function missingVideos(asked: number, videos: readonly Download[]): string[] {
  const made = videos.filter(({ outcome }) => outcome !== 'empty').length;
  if (made === asked) return [];
  return [
    `${asked} videos were asked for, and upstream made ${made}. Hand in a new job for the rest.`,
  ];
}

function missingThumbnails(thumbnails: readonly Download[]): string[] {
  const missing = thumbnails.flatMap(({ outcome }, index) =>
    outcome === 'saved' ? [] : index + 1,
  );
  if (missing.length === 0) return [];
  return [`Upstream gave no thumbnail of video ${missing.join(', ')}; the videos need none.`];
}
