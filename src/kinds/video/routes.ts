import type { VideoApi } from '../kind.ts';

/** Where an API has what; ids are data and are encoded. */
export interface Routes {
  create: string;
  /** Newest first, as far as the API lets one ask for it. */
  list(limit: number, after?: string): string;
  job(id: string): string;
  video(generationId: string): string;
  thumbnail(generationId: string): string;
}

const JOBS = '/video/generations/jobs';
const GENERATIONS = '/video/generations';
const VIDEOS = '/videos';

/** These routes exist in the preview alone; a version in the settings takes this one's place. */
const PREVIEW = 'api-version=preview';

/** Both APIs (Azure OpenAI v1 REST reference: video generation jobs; videos). */
export const ROUTES: Readonly<Record<VideoApi, Routes>> = {
  jobs: {
    create: `${JOBS}?${PREVIEW}`,
    list: (limit, after) => `${JOBS}?${PREVIEW}&limit=${limit}${cursor(after)}`,
    job: (id) => `${JOBS}/${encodeURIComponent(id)}?${PREVIEW}`,
    video: (id) => `${GENERATIONS}/${encodeURIComponent(id)}/content/video?${PREVIEW}&quality=high`,
    thumbnail: (id) => `${GENERATIONS}/${encodeURIComponent(id)}/content/thumbnail?${PREVIEW}`,
  },
  videos: {
    create: VIDEOS,
    list: (limit, after) => `${VIDEOS}?limit=${limit}&order=desc${cursor(after)}`,
    job: (id) => `${VIDEOS}/${encodeURIComponent(id)}`,
    video: (id) => `${VIDEOS}/${encodeURIComponent(id)}/content?variant=video`,
    thumbnail: (id) => `${VIDEOS}/${encodeURIComponent(id)}/content?variant=thumbnail`,
  },
};

function cursor(after: string | undefined): string {
  return after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
}
