import type { ResponseUsage } from 'openai/resources/responses/responses';
import { z } from 'zod';
import { errors } from '../errors.ts';
import type { ResponseResource } from '../responses/resource.ts';

/** Models that only the Responses API serves (contract sheet, 2.11). */
const RESPONSES_ONLY = /^(?:o3-pro|codex-mini|gpt-5-pro|o3-deep-research|computer-use-preview)/;

const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).nullish(),
});

const tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string() }),
});

const chatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  tools: z.array(tool).nullish(),
  response_format: z
    .looseObject({ type: z.string(), json_schema: z.record(z.string(), z.unknown()).optional() })
    .nullish(),
  reasoning_effort: z.string().nullish(),
  n: z.literal(1).nullish(),
});

type ChatMessage = z.infer<typeof message>;

/**
 * The request of the Responses API that asks the same.
 * @throws ApiError 400 for what is no request of the chat completions API.
 */
export function responseRequest(body: Record<string, unknown>): Record<string, unknown> {
  const parsed = chatRequest.safeParse(body);
  if (!parsed.success) throw errors.invalidIssues(parsed.error);
  const { messages, tools, response_format, reasoning_effort, ...rest } = parsed.data;
  const { max_tokens, max_completion_tokens, n: _, functions: __, ...others } = rest;
  if (RESPONSES_ONLY.test(rest.model)) {
    throw errors.operationNotSupported('chatCompletion', rest.model);
  }
  const limit = max_completion_tokens ?? max_tokens;
  return {
    ...others,
    input: messages.map(inputItem),
    ...(limit == null ? {} : { max_output_tokens: limit }),
    ...(tools == null
      ? {}
      : { tools: tools.map((each) => ({ ...each.function, type: each.type })) }),
    ...(reasoning_effort == null ? {} : { reasoning: { effort: reasoning_effort } }),
    ...(response_format == null ? {} : { text: { format: formatOf(response_format) } }),
  };
}

function formatOf({ type, json_schema }: { type: string; json_schema?: object | undefined }) {
  return { ...json_schema, type };
}

/** What a tool returned is given as the user's words: the made-up model reads no more than those. */
function inputItem({ role, content }: ChatMessage) {
  return {
    type: 'message',
    role: role === 'tool' || role === 'function' ? 'user' : role,
    content: content ?? '',
  };
}

/** The `chat.completion` that says what a response says. */
export function chatCompletion(response: ResponseResource) {
  const calls = response.output.filter((item) => item.type === 'function_call');
  const text = response.output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : part.refusal))
    .join('');
  return {
    id: response.id.replace('resp_', 'chatcmpl-'),
    object: 'chat.completion',
    created: response.created_at,
    model: response['model'],
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: calls.length > 0 ? null : text,
          refusal: null,
          ...(calls.length > 0 ? { tool_calls: calls.map(toolCall) } : {}),
        },
        logprobs: null,
        finish_reason: finishReason(response, calls.length > 0),
        content_filter_results: {},
      },
    ],
    usage: chatUsage(response.usage),
    system_fingerprint: null,
  };
}

function toolCall({
  call_id,
  name,
  arguments: json,
}: {
  call_id: string;
  name: string;
  arguments: string;
}) {
  return { id: call_id, type: 'function', function: { name, arguments: json } };
}

function finishReason({ status }: ResponseResource, calls: boolean): string {
  if (calls) return 'tool_calls';
  return status === 'incomplete' ? 'length' : 'stop';
}

function chatUsage(usage: ResponseUsage | null) {
  if (usage === null) return null;
  return {
    prompt_tokens: usage.input_tokens,
    completion_tokens: usage.output_tokens,
    total_tokens: usage.total_tokens,
    prompt_tokens_details: { cached_tokens: usage.input_tokens_details.cached_tokens },
    completion_tokens_details: { reasoning_tokens: usage.output_tokens_details.reasoning_tokens },
  };
}
