import type { ResponseOutputItem, ResponseUsage } from 'openai/resources/responses/responses';
import { sha256 } from '../../hash.ts';
import { inputItems, promptOf } from '../create-request.ts';
import { itemId, type StoredResponse } from '../stored-response.ts';
import { functionCall } from './function-call.ts';
import { imageCalls } from './image-call.ts';
import { jsonInstance } from './json-instance.ts';
import { mcpItems } from './mcp.ts';
import { prose, reasoningSummary } from './prose.ts';
import { charactersFor, usageOf, visibleTokens } from './tokens.ts';

export interface ModelAnswer {
  output: ResponseOutputItem[];
  usage: ResponseUsage;
  /** Whether the tokens allowed did not suffice. */
  cutShort: boolean;
}

/** What the model answers: a function of the stored response alone, so nothing of it is kept. */
export function answerOf(response: StoredResponse): ModelAnswer {
  const actions = toolItems(response);
  const text = leavesTurnToClient(actions) ? undefined : answerText(response);
  const shown = text?.slice(0, shownCharacters(response, text));
  return {
    output: [
      ...reasoningItems(response),
      ...actions,
      ...(shown ? [message(response, shown, shown === text)] : []),
    ],
    usage: usageOf(response, shown ?? JSON.stringify(actions)),
    cutShort: shown !== text,
  };
}

function toolItems(response: StoredResponse): ResponseOutputItem[] {
  const call = functionCall(response);
  return call === undefined ? [...mcpItems(response), ...imageCalls(response)] : [call];
}

function leavesTurnToClient(actions: ResponseOutputItem[]): boolean {
  return actions.some(({ type }) => type === 'function_call' || type === 'mcp_approval_request');
}

/** All of the text, or what the tokens allow; half of it when it is planned to end incomplete. */
function shownCharacters(response: StoredResponse, text: string): number {
  const allowed = charactersFor(visibleTokens(response));
  const planned = response.plan.outcome.status === 'incomplete' ? text.length / 2 : Infinity;
  return Math.floor(Math.min(allowed, planned, text.length));
}

function answerText(response: StoredResponse): string {
  const { request, model } = response;
  const prompt = promptOf(request) || toolResults(response);
  const format = request.text?.format;
  if (format?.type === 'json_schema') return JSON.stringify(jsonInstance(format.schema, prompt));
  if (format?.type === 'json_object') return JSON.stringify({ answer: prose(prompt, model) });
  return prose(prompt, model);
}

/** A turn without a user message goes on from what tools returned. */
function toolResults({ request }: StoredResponse): string {
  return inputItems(request)
    .map((item) => (typeof item['output'] === 'string' ? item['output'] : ''))
    .join('\n');
}

function reasoningItems(response: StoredResponse): ResponseOutputItem[] {
  const { request, reasoning, id } = response;
  if (!reasoning) return [];
  const wanted = request.reasoning?.summary ?? request.reasoning?.generate_summary;
  return [
    {
      type: 'reasoning',
      id: itemId('rs', id, 'reasoning'),
      summary: wanted ? [{ type: 'summary_text', text: reasoningSummary(promptOf(request)) }] : [],
      encrypted_content: sha256(`${id} encrypted`).toString('base64'),
    },
  ];
}

function message(response: StoredResponse, text: string, complete: boolean): ResponseOutputItem {
  return {
    type: 'message',
    id: itemId('msg', response.id, 'message'),
    status: complete ? 'completed' : 'incomplete',
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
  };
}
