import { objectsField, textField, type JsonObject } from '../json-fields.ts';
import type { ResponseObject } from './response-object.ts';

/** Calls that whoever asked is to answer, and how that is done (Responses API reference: items). */
const CALLS: Record<string, { what: string; answer: string }> = {
  function_call: { what: 'function call', answer: 'function_call_output' },
  custom_tool_call: { what: 'custom tool call', answer: 'custom_tool_call_output' },
  computer_call: { what: 'computer call', answer: 'computer_call_output' },
  local_shell_call: { what: 'local shell call', answer: 'local_shell_call_output' },
  shell_call: { what: 'shell call', answer: 'shell_call_output' },
  apply_patch_call: { what: 'patch', answer: 'apply_patch_call_output' },
  mcp_approval_request: { what: 'approval request', answer: 'mcp_approval_response' },
};

/** A job document must stay small whatever a model does: more than these are only counted. */
const MOST_NAMED = 10;
const LONGEST_NAME = 64;

/** What a person should know of a response that ended well. */
export function warningsOf(response: ResponseObject): string[] {
  return [
    ...unansweredCalls(response),
    ...unlistedServers(response.output),
    ...filesLeftBehind(response.output),
  ];
}

function unansweredCalls({ output, id }: ResponseObject): string[] {
  return Object.entries(CALLS).flatMap(([type, { what, answer }]) => {
    const open = output.filter(
      (item) => item['type'] === type && !isAnswered(item, answer, output),
    );
    if (open.length === 0) return [];
    return [
      `${counted(open.length, what)} got no answer: ${listed(open.map(nameOf))}. ` +
        `Send ${answer} items in a new job with previous_response_id "${id ?? ''}" to go on.`,
    ];
  });
}

function isAnswered(call: JsonObject, answer: string, output: readonly JsonObject[]): boolean {
  const ids = [call['call_id'], call['id']].filter((id) => typeof id === 'string');
  return output.some(
    (item) =>
      item['type'] === answer &&
      [item['call_id'], item['approval_request_id'], item['id']].some((id) =>
        ids.some((known) => known === id),
      ),
  );
}

function nameOf(call: JsonObject): string {
  const id = textField(call, 'call_id') ?? textField(call, 'id') ?? 'without an id';
  const name = textField(call, 'name');
  return name === undefined ? clip(id) : `${clip(name)} (${clip(id)})`;
}

function unlistedServers(output: readonly JsonObject[]): string[] {
  const labels = output
    .filter((item) => item['type'] === 'mcp_list_tools' && item['error'] != null)
    .map((item) => clip(textField(item, 'server_label') ?? 'without a label'));
  return labels.length === 0
    ? []
    : [`${counted(labels.length, 'MCP server')} could not list any tools: ${listed(labels)}.`];
}

/**
 * Files that the code interpreter made stay in its container, which upstream discards after 20 idle
 * minutes; only what the response itself holds is brought home.
 */
export function filesInContainers(output: readonly JsonObject[]): string[] {
  const names = output
    .flatMap((item) => objectsField(item, 'content'))
    .flatMap((part) => objectsField(part, 'annotations'))
    .filter((annotation) => annotation['type'] === 'container_file_citation')
    .map((annotation) => textField(annotation, 'filename') ?? textField(annotation, 'file_id'));
  return [...new Set(names.filter((name) => name !== undefined))];
}

function filesLeftBehind(output: readonly JsonObject[]): string[] {
  const names = filesInContainers(output);
  return names.length === 0
    ? []
    : [
        `The code interpreter made files that are not among the outputs: ${listed(names.map(clip))}. ` +
          'Fetch them from its container at once; upstream discards it after 20 idle minutes.',
      ];
}

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function counted(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : what.endsWith('ch') ? 'es' : 's'}`;
}

function clip(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}
