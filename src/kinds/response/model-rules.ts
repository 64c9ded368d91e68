import type { FieldProblem } from '../../jobs/errors.ts';
import type { DeploymentFacts } from '../kind.ts';
import { objectField, textField, type JsonObject } from '../json-fields.ts';
import {
  canDo,
  REJECTED_BY_REASONING,
  type Ability,
  type Model,
  type Recognised,
} from '../models.ts';
import { hasTool, isSet, problemIf } from './rules.ts';

const RULES: readonly ((request: JsonObject, model: Model) => FieldProblem[])[] = [
  modelAnswers,
  samplingIsTaken,
  logProbabilitiesAreTaken,
  reasoningIsTaken,
  effortIsTaken,
  summaryIsTaken,
  imagesAreTaken,
  outputFits,
];

/** What the model behind the deployment would refuse (Azure OpenAI documentation: reasoning models). */
export function brokenModelRules(request: JsonObject, recognised: Recognised): FieldProblem[] {
  const { model, guessed } = recognised;
  const hint = guessed
    ? ` (the deployment was taken for ${model.name} by its name; name its model in the settings if that is wrong)`
    : '';
  return RULES.flatMap((rule) => rule(request, model)).map(({ pointer, detail }) => ({
    pointer,
    detail: `${detail}${hint}`,
  }));
}

/** What may go wrong for reasons of the model, but is not sure to. */
export function modelWarnings(
  request: JsonObject,
  facts: DeploymentFacts,
  recognised: Recognised | undefined,
): string[] {
  if (!recognised) {
    return [
      `Nothing is known of the model of deployment "${facts.name}", so its limits were not checked. If it is a known model under another name, name it in the settings.`,
    ];
  }
  const { model } = recognised;
  if (request['parallel_tool_calls'] !== true || !lacks(model, 'parallel-tool-calls')) return [];
  return [
    `${model.name} is not documented to make parallel tool calls; upstream may refuse parallel_tool_calls.`,
  ];
}

function lacks(model: Model, ability: Ability): boolean {
  return model.lacks.includes(ability);
}

function modelAnswers(_request: JsonObject, model: Model): FieldProblem[] {
  const able = model.kinds.length === 0 ? '' : `; it is for the kind ${model.kinds.join(', ')}`;
  return problemIf(
    !canDo('response', model),
    '/request/model',
    `${model.name} cannot answer a response${able}. Name a deployment of a model that can, such as o3 or gpt-4.1`,
  );
}

function samplingIsTaken(request: JsonObject, model: Model): FieldProblem[] {
  if (model.reasoning !== true) return [];
  return REJECTED_BY_REASONING.filter((field) => isSet(request[field])).map((field) => ({
    pointer: `/request/${field}`,
    detail: `is not taken by ${model.name}, which is a reasoning model: leave it out`,
  }));
}

function logProbabilitiesAreTaken(request: JsonObject, model: Model): FieldProblem[] {
  const include = request['include'];
  const index = Array.isArray(include) ? include.indexOf('message.output_text.logprobs') : -1;
  return problemIf(
    model.reasoning === true && index >= 0,
    `/request/include/${index}`,
    `is not given by ${model.name}, which is a reasoning model: leave it out`,
  );
}

function reasoningIsTaken(request: JsonObject, model: Model): FieldProblem[] {
  const fields = ['effort', 'summary', 'generate_summary'];
  const used = fields.some((field) => isSet(objectField(request, 'reasoning')[field]));
  return problemIf(
    model.reasoning === false && used,
    '/request/reasoning',
    `is not taken by ${model.name}, which is no reasoning model: leave it out`,
  );
}

function effortIsTaken(request: JsonObject, model: Model): FieldProblem[] {
  const effort = textField(objectField(request, 'reasoning'), 'effort');
  return problemIf(
    effort !== undefined && model.efforts !== undefined && !model.efforts.includes(effort),
    '/request/reasoning/effort',
    `must be ${(model.efforts ?? []).map((known) => `"${known}"`).join(' or ')} for ${model.name}`,
  );
}

function summaryIsTaken(request: JsonObject, model: Model): FieldProblem[] {
  return ['summary', 'generate_summary']
    .filter((field) => isSet(objectField(request, 'reasoning')[field]))
    .flatMap((field) =>
      problemIf(
        lacks(model, 'reasoning-summary'),
        `/request/reasoning/${field}`,
        `is not given by ${model.name}: leave it out`,
      ),
    );
}

function imagesAreTaken(request: JsonObject, model: Model): FieldProblem[] {
  return problemIf(
    lacks(model, 'image-generation') && hasTool(request, 'image_generation'),
    '/request/tools',
    `has image_generation, which ${model.name} cannot use: leave the tool out, or use another model such as o3 or gpt-4.1`,
  );
}

function outputFits(request: JsonObject, model: Model): FieldProblem[] {
  const asked = request['max_output_tokens'];
  const most = model.limits.outputTokens;
  if (typeof asked !== 'number' || most === undefined) return [];
  return problemIf(
    asked > most,
    '/request/max_output_tokens',
    `found ${asked}: must be at most ${most} for ${model.name}`,
  );
}
