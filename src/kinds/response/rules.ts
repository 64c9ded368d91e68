import type { Options } from '../../jobs/envelope.ts';
import type { FieldProblem } from '../../jobs/errors.ts';
import { objectField, objectsField, textField, type JsonObject } from '../json-fields.ts';

/**
 * What fields of a request ask of each other. Each rule is one that upstream, or this kind, would
 * turn the request down for; it bears fields of any type, since the schema speaks of those.
 */
const RULES: readonly ((request: JsonObject, options: Options) => FieldProblem[])[] = [
  inputIsThere,
  oneConversation,
  oneKindOfInstructor,
  noChatFields,
  computerUseTruncates,
  chosenToolIsThere,
  imageDeploymentIsNamed,
  imageDeploymentIsUsed,
  nothingIsFilledIn,
];

export function brokenRules(request: JsonObject, options: Options): FieldProblem[] {
  return RULES.flatMap((rule) => rule(request, options));
}

/** Fields of chat completions, and where the Responses API has them. */
const CHAT_FIELDS: Record<string, string> = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  response_format: 'text.format',
  reasoning_effort: 'reasoning.effort',
  verbosity: 'text.verbosity',
  functions: 'tools',
  function_call: 'tool_choice',
};

function noChatFields(request: JsonObject): FieldProblem[] {
  return Object.entries(CHAT_FIELDS)
    .filter(([field]) => isSet(request[field]))
    .map(([field, instead]) => ({
      pointer: `/request/${field}`,
      detail: `is a field of chat completions: use ${instead} instead`,
    }));
}

function inputIsThere(request: JsonObject): FieldProblem[] {
  const sources = ['input', 'prompt', 'previous_response_id', 'conversation'];
  return problemIf(
    !sources.some((field) => isSet(request[field])),
    '/request/input',
    'is missing: give input (a string or a list of items), or prompt',
  );
}

function oneConversation(request: JsonObject): FieldProblem[] {
  return problemIf(
    isSet(request['conversation']) && isSet(request['previous_response_id']),
    '/request/conversation',
    'cannot be combined with previous_response_id: leave one of them out',
  );
}

function oneKindOfInstructor(request: JsonObject): FieldProblem[] {
  const roles = objectsField(request, 'input').map((item) => item['role']);
  return problemIf(
    roles.includes('developer') && roles.includes('system'),
    '/request/input',
    'has both developer and system messages: use one of the two roles (upstream takes either, not both)',
  );
}

function computerUseTruncates(request: JsonObject): FieldProblem[] {
  return problemIf(
    hasTool(request, 'computer_use_preview') && request['truncation'] !== 'auto',
    '/request/truncation',
    'must be "auto" when the tool computer_use_preview is used',
  );
}

/** A stored prompt may bring tools of its own, so nothing is said when there is one. */
function chosenToolIsThere(request: JsonObject): FieldProblem[] {
  const choice = request['tool_choice'];
  const forced = choice === 'required' || isSet(objectField(request, 'tool_choice')['type']);
  if (!forced || isSet(request['prompt'])) return [];
  return problemIf(
    !toolsOf(request).some((tool) => answers(tool, choice)),
    '/request/tool_choice',
    'asks for a tool that is not in tools: add the tool, or choose "auto" or "none"',
  );
}

function answers(tool: JsonObject, choice: unknown): boolean {
  const { type, name, server_label: label } = objectField({ choice }, 'choice');
  if (choice === 'required' || type === 'allowed_tools') return true;
  if (type === 'function' || type === 'custom')
    return tool['type'] === type && tool['name'] === name;
  if (type === 'mcp') return tool['type'] === type && tool['server_label'] === label;
  return family(tool['type']) === family(type);
}

/** `web_search_preview_2025_03_11` answers a choice of `web_search_preview`. */
function family(type: unknown): unknown {
  return typeof type === 'string' ? type.replace(/_\d{4}_\d{2}_\d{2}$/, '') : type;
}

const IMAGE_OPTION = '/options/imageGenerationDeployment';

function imageDeploymentIsNamed(request: JsonObject, options: Options): FieldProblem[] {
  return problemIf(
    hasTool(request, 'image_generation') && options.imageGenerationDeployment === undefined,
    IMAGE_OPTION,
    'is missing: the tool image_generation needs the name of a deployment of an image model, such as gpt-image-1',
  );
}

function imageDeploymentIsUsed(request: JsonObject, options: Options): FieldProblem[] {
  const used = hasTool(request, 'image_generation') || isSet(request['prompt']);
  return problemIf(
    options.imageGenerationDeployment !== undefined && !used,
    IMAGE_OPTION,
    'means nothing without the tool image_generation: add {"type":"image_generation"} to tools, or leave it out',
  );
}

function nothingIsFilledIn(_request: JsonObject, options: Options): FieldProblem[] {
  return problemIf(
    options.fillDeployment !== undefined,
    '/options/fillDeployment',
    'means nothing to a response: it fills in the rows of a batch; name the deployment in model',
  );
}

export function toolsOf(request: JsonObject): JsonObject[] {
  return objectsField(request, 'tools');
}

export function hasTool(request: JsonObject, type: string): boolean {
  return toolsOf(request).some((tool) => textField(tool, 'type') === type);
}

/** Upstream takes `null` for left out. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function problemIf(holds: boolean, pointer: string, detail: string): FieldProblem[] {
  return holds ? [{ pointer, detail }] : [];
}
