import type { ResponseOutputItem } from 'openai/resources/responses/responses';
import { inputItems, promptOf, type CreateRequest, type FunctionTool } from '../create-request.ts';
import { itemId, type StoredResponse } from '../stored-response.ts';
import { jsonInstance } from './json-instance.ts';

/** A call that the model leaves to the client; `undefined` when it has no reason for one. */
export function functionCall(response: StoredResponse): ResponseOutputItem | undefined {
  const { request, id } = response;
  const tool = toolToCall(request);
  if (tool === undefined) return undefined;
  return {
    type: 'function_call',
    id: itemId('fc', id, tool.name),
    call_id: itemId('call', id, tool.name).slice(0, 29),
    name: tool.name,
    arguments: JSON.stringify(
      jsonInstance(tool.parameters ?? { type: 'object', properties: {} }, promptOf(request)),
    ),
    status: 'completed',
  };
}

/** A function is called once it is chosen or the prompt says "call <name>", until it is answered. */
function toolToCall(request: CreateRequest): FunctionTool | undefined {
  const tools = (request.tools ?? []).filter((tool) => tool.type === 'function');
  const answered = inputItems(request).some((item) => item.type === 'function_call_output');
  if (answered || request.tool_choice === 'none') return undefined;
  return (
    tools.find((tool) => isChosen(request, tool)) ??
    tools.find((tool) =>
      promptOf(request).toLowerCase().includes(`call ${tool.name.toLowerCase()}`),
    )
  );
}

function isChosen({ tool_choice: choice }: CreateRequest, tool: FunctionTool): boolean {
  if (choice === 'required') return true;
  return typeof choice === 'object' && choice?.type === 'function' && choice['name'] === tool.name;
}
