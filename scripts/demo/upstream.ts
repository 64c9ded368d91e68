import type { FollowedJob } from './followed-job.ts';
import { VIDEOS_AT_ONCE } from './videos.ts';

/** What the simulator counted. */
export interface CheckedUpstream {
  /** For people. */
  lines: string[];
  /** What should not have been, in words. */
  faults: string[];
}

/** Each job is paid for once, and no deployment is given more than it takes. */
export async function checkUpstream(
  azureOpenAI: string,
  jobs: readonly FollowedJob[],
): Promise<CheckedUpstream> {
  const { total } = await ask<{ total: number }>(azureOpenAI, 'creates');
  const { value } = await ask<{ value: { maximum: number }[] }>(azureOpenAI, 'videos/concurrency');
  const { limitRefusals } = await ask<{ limitRefusals: object }>(azureOpenAI, 'status');
  const videos = Math.max(...value.map(({ maximum }) => maximum));
  const isRefused = Object.keys(limitRefusals).length > 0;
  return {
    lines: [
      `${total} paid creates for ${jobs.length} jobs`,
      `at most ${videos} videos at the same time`,
      isRefused ? 'calls refused for a limit' : 'no call refused for a limit',
    ],
    faults: [
      ...(total === jobs.length ? [] : [`${total} creates for ${jobs.length} jobs`]),
      ...(videos === VIDEOS_AT_ONCE ? [] : [`${videos} videos at the same time`]),
      ...(isRefused ? [`refused for a limit: ${JSON.stringify(limitRefusals)}`] : []),
    ],
  };
}

async function ask<Answer>(azureOpenAI: string, what: string): Promise<Answer> {
  const response = await fetch(new URL(`/simulator/${what}`, azureOpenAI));
  return (await response.json()) as Answer;
}
