import type { Options } from '../../jobs/envelope.ts';
import type { FieldProblem } from '../../jobs/errors.ts';
import { deploymentName } from '../deployment-name.ts';
import { problemsOf } from '../field-problems.ts';
import type { JsonObject } from '../json-fields.ts';
import type { Check, DeploymentFacts, VideoApi } from '../kind.ts';
import { canDo, recognise } from '../models.ts';
import { API_TITLES, spokenApi } from './api.ts';
import { VIDEOS_LIMITS } from './limits.ts';
import { brokenRules, foreignFields } from './rules.ts';
import { jobsRequest, videosRequest } from './schema.ts';

const SCHEMAS = { jobs: jobsRequest, videos: videosRequest } as const;

/** Everything that is wrong with a request, told at once and before anything is spent. */
export function check(
  request: Record<string, unknown>,
  options: Options,
  facts: DeploymentFacts,
): Check {
  const deployment = deploymentName.safeParse(request['model']).data;
  const spoken = spokenApi(facts);
  const problems = [
    ...problemsOf(SCHEMAS[spoken.api], request, ['request']),
    ...foreignFields(request, spoken, facts.name),
    ...brokenRules(request, spoken.api),
    ...modelMakesVideos(facts),
    ...optionsMeanSomething(options),
  ];
  return {
    ...(deployment === undefined ? {} : { deployment }),
    problems,
    warnings: [...(spoken.known ? [] : [unknownApi(facts)]), ...sizeWarnings(request, spoken.api)],
  };
}

function modelMakesVideos(facts: DeploymentFacts): FieldProblem[] {
  const recognised = recognise(facts);
  // A name is only a guess, against which the settings may speak.
  if (!recognised || (recognised.guessed && facts.videoApi !== undefined)) return [];
  const { model } = recognised;
  if (canDo('video', model)) return [];
  const able = model.kinds.length === 0 ? '' : `; it is for the kind ${model.kinds.join(', ')}`;
  const detail = `${model.name} makes no videos${able}. Name a deployment of a video model`;
  return [{ pointer: '/request/model', detail }];
}

/** Options of other kinds. */
function optionsMeanSomething(options: Options): FieldProblem[] {
  return (['imageGenerationDeployment', 'fillDeployment'] as const)
    .filter((name) => options[name] !== undefined)
    .map((name) => ({
      pointer: `/options/${name}`,
      detail: 'means nothing to a video: leave it out',
    }));
}

function unknownApi({ name }: DeploymentFacts): string {
  return `Nothing is known of the model of deployment "${name}", so it is taken to speak ${API_TITLES.videos}. Say which with videoApi, "jobs" or "videos", in its settings.`;
}

function sizeWarnings({ size }: JsonObject, api: VideoApi): string[] {
  const { sizes, azureSizes } = VIDEOS_LIMITS;
  const larger = sizes.find((known) => known === size);
  if (api !== 'videos' || larger === undefined) return [];
  if (azureSizes.some((known) => known === larger)) return [];
  return [
    `Azure OpenAI documents ${azureSizes.join(' and ')} alone; upstream may refuse size ${larger}.`,
  ];
}
