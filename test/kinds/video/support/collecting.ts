import type { CollectOutcome, VideoApi } from '../../../../src/kinds/kind.ts';
import { video } from '../../../../src/kinds/video/video.ts';
import { streamedOutputs } from './streamed-outputs.ts';
import {
  jobObject,
  scripted,
  videoContext,
  type Answer,
  type JsonObject,
} from './video-upstream.ts';

export const IDS = { jobs: 'task_1', videos: 'video_1' } as const;

export async function collecting(api: VideoApi, script: Record<string, Answer | Answer[]>) {
  const outputs = streamedOutputs();
  const upstream = scripted(script);
  const outcome = await video.collect(IDS[api], videoContext(api, upstream), outputs);
  return { outcome, outputs, calls: upstream.calls };
}

/** A job of Sora 1 with these generations, of which each file is there unless told otherwise. */
export function collectingJob(
  ids: string[],
  fields: JsonObject = {},
  script: Record<string, Answer | Answer[]> = {},
) {
  const generations = ids.map((id) => ({ object: 'video.generation', id }));
  const body = jobObject({ status: 'succeeded', generations, ...fields });
  return collecting('jobs', {
    'GET /video/generations/jobs/task_1': { body },
    ...Object.fromEntries(
      ids.flatMap((id) => [
        [`GET /video/generations/${id}/content/video`, { file: `video of ${id}` }],
        [
          `GET /video/generations/${id}/content/thumbnail`,
          { file: `thumbnail of ${id}`, contentType: 'image/jpeg' },
        ],
      ]),
    ),
    ...script,
  });
}

export function namesOf(outcome: CollectOutcome): string[] {
  return outcome.outcome === 'collected' ? outcome.files.map(({ name }) => name) : [];
}

export const GONE = { status: 404, body: { error: { message: 'The generation expired.' } } };
