import type { DeploymentFacts, VideoApi } from '../kind.ts';

/** The API that a deployment is taken to speak. */
export interface SpokenApi {
  api: VideoApi;
  /** False when neither the settings nor a name say which; then it is the newer one. */
  known: boolean;
}

/** What people call the two (Azure OpenAI documentation: video generation). */
export const API_TITLES: Readonly<Record<VideoApi, string>> = {
  jobs: 'the API of Sora 1 (/video/generations/jobs)',
  videos: 'the API of Sora 2 (/videos)',
};

/** By the beginning of a name: `sora-2-prod`, `sora2`, `sora-3`; then `sora`, `sora-2025-05-02`. */
const BY_NAME: readonly { api: VideoApi; name: RegExp }[] = [
  { api: 'videos', name: /^sora-?[2-9](?!\d)/i },
  { api: 'jobs', name: /^sora(?![a-z])/i },
];

/** Decides by the settings, else by the model's name, else by the deployment's own. */
export function spokenApi({ videoApi, model, name }: DeploymentFacts): SpokenApi {
  const named = BY_NAME.find((entry) => entry.name.test(model ?? name));
  const api = videoApi ?? named?.api;
  return { api: api ?? 'videos', known: api !== undefined };
}
