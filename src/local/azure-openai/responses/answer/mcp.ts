import type { ResponseOutputItem } from 'openai/resources/responses/responses';
import { inputItems, promptOf, toolOf, type McpTool } from '../create-request.ts';
import { itemId, type McpApprovalRequest, type StoredResponse } from '../stored-response.ts';
import { excerpt } from './prose.ts';

const TOOL_NAME = 'search';
const QUERY_CHARACTERS = 120;
const INPUT_SCHEMA = {
  type: 'object',
  properties: { query: { type: 'string' } },
  required: ['query'],
  additionalProperties: false,
};

/**
 * What the model does with an MCP server: lists its tools, then calls one or asks for approval to
 * (the default, as in the service). No server is contacted.
 */
export function mcpItems(response: StoredResponse): ResponseOutputItem[] {
  const tool = toolOf(response.request, 'mcp');
  if (tool === undefined) return [];
  const approved = approvedCalls(response);
  if (approved !== undefined) return approved;
  const [name] = callableTools(tool);
  if (name === undefined) return [toolList(response, tool)];
  const next = needsApproval(tool, name) ? approvalRequest : call;
  return [toolList(response, tool), next(response, tool.server_label, name)];
}

/** Calls that the user has now allowed; `undefined` when the request answers no approval. */
function approvedCalls(response: StoredResponse): ResponseOutputItem[] | undefined {
  const answers = inputItems(response.request).filter(
    (item) => item.type === 'mcp_approval_response',
  );
  if (answers.length === 0) return undefined;
  return answers
    .filter((answer) => answer['approve'] === true)
    .flatMap((answer) =>
      response.approvalRequests.filter((request) => request.id === answer['approval_request_id']),
    )
    .map((request) => call(response, request.server_label, request.name, request));
}

function callableTools({ allowed_tools: allowed }: McpTool): string[] {
  return (Array.isArray(allowed) ? allowed : allowed?.tool_names) ?? [TOOL_NAME];
}

function needsApproval({ require_approval: rule }: McpTool, name: string): boolean {
  if (rule === 'never') return false;
  return typeof rule !== 'object' || rule?.never?.tool_names?.includes(name) !== true;
}

function toolList(response: StoredResponse, tool: McpTool): ResponseOutputItem {
  return {
    type: 'mcp_list_tools',
    id: itemId('mcpl', response.id, tool.server_label),
    server_label: tool.server_label,
    tools: callableTools(tool).map((name) => ({
      name,
      description: `Simulated tool ${name}.`,
      input_schema: INPUT_SCHEMA,
      annotations: null,
    })),
    error: null,
  };
}

function approvalRequest(
  response: StoredResponse,
  serverLabel: string,
  name: string,
): ResponseOutputItem {
  return {
    type: 'mcp_approval_request',
    id: itemId('mcpr', response.id, name),
    server_label: serverLabel,
    name,
    arguments: callArguments(response),
  };
}

function call(
  response: StoredResponse,
  serverLabel: string,
  name: string,
  approved?: McpApprovalRequest,
): ResponseOutputItem {
  return {
    type: 'mcp_call',
    id: itemId('mcp', response.id, name),
    approval_request_id: approved?.id ?? null,
    server_label: serverLabel,
    name,
    arguments: approved?.arguments ?? callArguments(response),
    output: JSON.stringify({ results: [`Simulated result of ${name} on ${serverLabel}.`] }),
    error: null,
    status: 'completed',
  };
}

function callArguments({ request }: StoredResponse): string {
  return JSON.stringify({ query: excerpt(promptOf(request), QUERY_CHARACTERS) });
}
