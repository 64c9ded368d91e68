import { z } from 'zod';

/**
 * AzureResponse of the v1 OpenAPI description: everything it requires, and what it leaves out but
 * every observed response has (`status`, `background`, `usage`, `content_filters`, `completed_at`).
 */
const usage = z.strictObject({
  input_tokens: z.int(),
  input_tokens_details: z.strictObject({ cached_tokens: z.int(), cache_write_tokens: z.int() }),
  output_tokens: z.int(),
  output_tokens_details: z.strictObject({ reasoning_tokens: z.int() }),
  total_tokens: z.int(),
});

const outputItem = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('message'),
    id: z.string().startsWith('msg_'),
    role: z.literal('assistant'),
    status: z.enum(['in_progress', 'completed', 'incomplete']),
    content: z.array(
      z.strictObject({
        type: z.literal('output_text'),
        text: z.string(),
        annotations: z.array(z.unknown()),
        logprobs: z.array(z.unknown()),
      }),
    ),
  }),
  z.strictObject({
    type: z.literal('reasoning'),
    id: z.string().startsWith('rs_'),
    summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
    encrypted_content: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('image_generation_call'),
    id: z.string().startsWith('ig_'),
    status: z.literal('completed'),
    result: z.base64(),
  }),
  z.strictObject({
    type: z.literal('function_call'),
    id: z.string().startsWith('fc_'),
    call_id: z.string().startsWith('call_'),
    name: z.string(),
    arguments: z.string(),
    status: z.literal('completed'),
  }),
  z.strictObject({
    type: z.literal('mcp_list_tools'),
    id: z.string().startsWith('mcpl_'),
    server_label: z.string(),
    tools: z.array(
      z.strictObject({
        name: z.string(),
        description: z.string(),
        input_schema: z.unknown(),
        annotations: z.null(),
      }),
    ),
    error: z.null(),
  }),
  z.strictObject({
    type: z.literal('mcp_call'),
    id: z.string().startsWith('mcp_'),
    approval_request_id: z.string().nullable(),
    server_label: z.string(),
    name: z.string(),
    arguments: z.string(),
    output: z.string(),
    error: z.null(),
    status: z.literal('completed'),
  }),
  z.strictObject({
    type: z.literal('mcp_approval_request'),
    id: z.string().startsWith('mcpr_'),
    server_label: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
]);

export const azureResponse = z.object({
  id: z.string().regex(/^resp_[0-9a-f]{48}$/),
  object: z.literal('response'),
  created_at: z.int(),
  completed_at: z.int().nullable(),
  status: z.enum(['queued', 'in_progress', 'completed', 'failed', 'incomplete', 'cancelled']),
  background: z.boolean(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  incomplete_details: z
    .strictObject({ reason: z.enum(['max_output_tokens', 'content_filter']) })
    .nullable(),
  output: z.array(outputItem),
  usage: usage.nullable(),
  model: z.string(),
  metadata: z.record(z.string(), z.string()),
  temperature: z.number(),
  top_p: z.number(),
  user: z.string().nullable(),
  instructions: z.string().nullable(),
  parallel_tool_calls: z.boolean(),
  previous_response_id: z.string().nullable(),
  store: z.boolean(),
  truncation: z.enum(['auto', 'disabled']),
  tools: z.array(z.unknown()),
  tool_choice: z.unknown(),
  text: z.unknown(),
  content_filters: z.null(),
});

/** The body of a refused request, as the client hands it out. */
export const invalidRequest = z.object({
  type: z.literal('invalid_request_error'),
  message: z.string(),
  param: z.string().nullable(),
  code: z.string().nullable(),
});
