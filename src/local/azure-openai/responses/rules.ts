import { errors, type ApiError } from '../errors.ts';
import type { Deployments, Model } from '../models.ts';
import { inputItems, promptOf, textOf, toolOf, type CreateRequest } from './create-request.ts';

/** What a rule looks at. */
export interface Proposal {
  request: CreateRequest;
  model: Model;
  deployments: Deployments;
  /** Header `x-ms-oai-image-generation-deployment`. */
  imageDeployment: string | undefined;
}

type Rule = (proposal: Proposal) => ApiError | undefined;

/** Text in a prompt that makes the content filter refuse it. */
const FILTERED_TEXT = 'trigger-content-filter';

const NOT_FOR_REASONING_MODELS = [
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'max_tokens',
];

/** Contract sheet: reasoning models, o3-pro and gpt-5-pro limits, and store × background × stream. */
const RULES: Rule[] = [
  ({ model }) =>
    model.kind === 'text' ? undefined : errors.operationNotSupported('responses', model.name),

  ({ request }) =>
    request.background === true && request.store === false
      ? errors.unsupportedParameter('background', "needs 'store' to be true")
      : undefined,

  ({ request, model }) => {
    if (!model.reasoning) return undefined;
    const refused = NOT_FOR_REASONING_MODELS.find((field) => request[field] != null);
    return refused === undefined ? undefined : errors.unsupportedParameter(refused);
  },

  ({ request, model }) =>
    request.reasoning != null && !model.reasoning
      ? errors.unsupportedParameter('reasoning')
      : undefined,

  ({ request, model }) =>
    request.stream === true && !model.streaming
      ? errors.unsupportedValue('stream', true)
      : undefined,

  ({ request, model }) => {
    const summary = request.reasoning?.summary ?? request.reasoning?.generate_summary;
    return summary != null && !model.reasoningSummaries
      ? errors.unsupportedParameter('reasoning.summary')
      : undefined;
  },

  ({ request, model }) => {
    const effort = request.reasoning?.effort;
    return effort != null && model.efforts !== undefined && !model.efforts.includes(effort)
      ? errors.unsupportedValue('reasoning.effort', effort)
      : undefined;
  },

  ({ request }) => {
    const roles = new Set(inputItems(request).map((item) => item.role));
    return roles.has('developer') && roles.has('system')
      ? errors.invalidValue('input', "'developer' and 'system' messages cannot be combined.")
      : undefined;
  },

  imageGenerationRule,

  ({ request }) => (isFiltered(request) ? errors.contentFiltered() : undefined),
];

/** @throws ApiError with the first rule that the proposal breaks. */
export function checkRules(proposal: Proposal): void {
  for (const rule of RULES) {
    const refusal = rule(proposal);
    if (refusal !== undefined) throw refusal;
  }
}

function imageGenerationRule({
  request,
  model,
  deployments,
  imageDeployment,
}: Proposal): ApiError | undefined {
  if (toolOf(request, 'image_generation') === undefined) return undefined;
  if (!model.imageGeneration) return errors.unsupportedValue('tools', 'image_generation');
  if (!imageDeployment) {
    return errors.invalidValue(
      'x-ms-oai-image-generation-deployment',
      "The image_generation tool needs the header 'x-ms-oai-image-generation-deployment' with the name of an image model deployment.",
    );
  }
  const imageModel = deployments.modelOf(imageDeployment);
  return imageModel.kind === 'image'
    ? undefined
    : errors.operationNotSupported('imageGeneration', imageModel.name);
}

function isFiltered(request: CreateRequest): boolean {
  const texts = [promptOf(request), ...inputItems(request).map(textOf)];
  return texts.some((text) => text.includes(FILTERED_TEXT));
}
