import { errors } from './errors.ts';

/** The video API of Sora (`/video/generations/jobs`) or that of Sora 2 (`/videos`). */
export type VideoApi = 'jobs' | 'videos';

/** Limits of a deployment; an absent one is not enforced. */
export interface Limits {
  /** Calls of every kind, refused ones among them. */
  requestsPerMinute?: number;
  /** Calls that would create a job, refused ones among them. */
  createsPerMinute?: number;
  /** Jobs that have not ended. */
  concurrentJobs?: number;
  /** Tokens of batches that have not ended. */
  enqueuedTokens?: number;
}

/** What a model can do, as far as the routes care. */
export interface Model {
  name: string;
  /** Release date, which Azure uses as the model version. */
  version: string;
  kind: 'text' | 'image' | 'video';
  reasoning: boolean;
  streaming: boolean;
  reasoningSummaries: boolean;
  imageGeneration: boolean;
  /** The only efforts accepted; absent when the model takes any. */
  efforts?: readonly string[];
  /** Which of the two video APIs it speaks. */
  videoApi?: VideoApi;
  /** The limits that refuse calls, unless others are set for the deployment. */
  enforced: Limits;
  /** Requests a minute of the default quota tier. */
  requestsPerMinute: number;
  /** Tokens a minute of the default quota tier. */
  tokensPerMinute: number;
}

type Traits = Partial<Omit<Model, 'name' | 'version'>>;

function model(name: string, version: string, traits: Traits = {}): Model {
  return {
    name,
    version,
    kind: 'text',
    reasoning: false,
    streaming: true,
    reasoningSummaries: true,
    imageGeneration: true,
    enforced: {},
    requestsPerMinute: 1_000,
    tokensPerMinute: 1_000_000,
    ...traits,
  };
}

const REASONING: Traits = { reasoning: true };
const IMAGE: Traits = { kind: 'image', requestsPerMinute: 6 };
const VIDEO: Traits = { kind: 'video', requestsPerMinute: 60 };
const SORA: Traits = {
  ...VIDEO,
  videoApi: 'jobs',
  enforced: { requestsPerMinute: 60, concurrentJobs: 2 },
};
const SORA_2: Traits = {
  ...VIDEO,
  videoApi: 'videos',
  enforced: { createsPerMinute: 2, concurrentJobs: 2 },
};

export const MODELS: readonly Model[] = [
  model('gpt-4o', '2024-11-20'),
  model('gpt-4o-mini', '2024-07-18'),
  model('gpt-4.1', '2025-04-14'),
  model('gpt-4.1-mini', '2025-04-14'),
  model('gpt-4.1-nano', '2025-04-14'),
  model('computer-use-preview', '2025-03-11', { imageGeneration: false }),
  model('o1', '2024-12-17', { ...REASONING, requestsPerMinute: 500, tokensPerMinute: 3_000_000 }),
  model('o3', '2025-04-16', REASONING),
  model('o3-mini', '2025-01-31', {
    ...REASONING,
    requestsPerMinute: 500,
    tokensPerMinute: 5_000_000,
  }),
  model('o3-pro', '2025-06-10', {
    ...REASONING,
    streaming: false,
    reasoningSummaries: false,
    imageGeneration: false,
    requestsPerMinute: 160,
    tokensPerMinute: 1_600_000,
  }),
  model('o3-deep-research', '2025-06-26', REASONING),
  model('o4-mini', '2025-04-16', REASONING),
  model('codex-mini', '2025-05-16', REASONING),
  model('gpt-5', '2025-08-07', REASONING),
  model('gpt-5-mini', '2025-08-07', REASONING),
  model('gpt-5-nano', '2025-08-07', REASONING),
  model('gpt-5-pro', '2025-10-06', { ...REASONING, streaming: false, efforts: ['high'] }),
  model('gpt-5.1', '2025-11-13', REASONING),
  model('gpt-5.4', '2026-03-05', REASONING),
  model('gpt-5.5', '2026-04-23', REASONING),
  model('gpt-image-1', '2025-04-15', IMAGE),
  model('gpt-image-1.5', '2025-12-16', IMAGE),
  model('gpt-image-2', '2026-04-21', IMAGE),
  model('sora', '2025-05-02', SORA),
  model('sora-2', '2025-10-06', SORA_2),
];

/** A family name that people give to deployments although no model is called so. */
const FAMILY_NAMES: Record<string, string> = { 'gpt-image': 'gpt-image-1' };

/** Finds the model behind a deployment. */
export interface Deployments {
  /** @throws ApiError 404 when there is no such deployment. */
  modelOf(deployment: string): Model;
  /** The deployments and their models, when exactly those exist. */
  named?: ReadonlyMap<string, Model>;
}

/**
 * @param named deployment names and their models: then exactly those exist. Without it a deployment
 * exists when its name begins with a model's, and it has the model with the longest such name.
 * @throws Error when a model is not known.
 */
export function deployments(named?: Record<string, string>): Deployments {
  const models =
    named &&
    new Map(Object.entries(named).map(([name, modelName]) => [name, knownModel(modelName)]));
  const find = models === undefined ? modelByPrefix : (name: string) => models.get(name);
  return {
    ...(models === undefined ? {} : { named: models }),
    modelOf(deployment) {
      const found = find(deployment);
      if (found === undefined) throw errors.deploymentNotFound();
      return found;
    },
  };
}

function knownModel(name: string): Model {
  const found = MODELS.find((model) => model.name === name);
  if (found !== undefined) return found;
  const known = MODELS.map((model) => model.name).join(', ');
  throw new Error(`Unknown model "${name}". Known models: ${known}.`);
}

function modelByPrefix(deployment: string): Model | undefined {
  const names = [...MODELS.map((model) => model.name), ...Object.keys(FAMILY_NAMES)];
  const longest = names
    .filter((name) => deployment.startsWith(name))
    .sort((one, other) => other.length - one.length)[0];
  return longest === undefined ? undefined : knownModel(FAMILY_NAMES[longest] ?? longest);
}
