import { z } from 'zod';
import { errors, type InvalidField } from '../errors.ts';

const functionTool = z.looseObject({
  type: z.literal('function'),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
});

const toolNames = z.object({ tool_names: z.array(z.string()).optional() });

const mcpTool = z.looseObject({
  type: z.literal('mcp'),
  server_label: z.string().min(1),
  server_url: z.string().optional(),
  headers: z.record(z.string(), z.string()).nullish(),
  allowed_tools: z.union([z.array(z.string()), toolNames]).nullish(),
  require_approval: z
    .union([
      z.enum(['always', 'never']),
      z.object({ always: toolNames.optional(), never: toolNames.optional() }),
    ])
    .nullish(),
});

const imageTool = z.looseObject({
  type: z.literal('image_generation'),
  model: z.string().optional(),
  quality: z.enum(['low', 'medium', 'high', 'auto']).optional(),
  size: z.enum(['1024x1024', '1024x1536', '1536x1024', 'auto']).optional(),
  output_format: z.enum(['png', 'webp', 'jpeg']).optional(),
  output_compression: z.int().min(0).max(100).optional(),
  partial_images: z.int().min(0).max(3).optional(),
});

/** Tools that a request may carry and that the simulated model never calls. */
const unusedTool = z.looseObject({
  type: z.literal([
    'code_interpreter',
    'computer_use_preview',
    'custom',
    'file_search',
    'local_shell',
    'web_search',
    'web_search_preview',
  ]),
});

const inputItem = z.looseObject({
  type: z.string().optional(),
  role: z.enum(['user', 'assistant', 'system', 'developer']).optional(),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).optional(),
});

const format = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
  }),
]);

const includable = z.enum([
  'code_interpreter_call.outputs',
  'computer_call_output.output.image_url',
  'file_search_call.results',
  'message.input_image.image_url',
  'message.output_text.logprobs',
  'reasoning.encrypted_content',
  'web_search_call.action.sources',
]);

/**
 * The body of POST /responses (AzureCreateResponse of the v1 OpenAPI description and the efforts of
 * `openai` 7). Unknown fields pass: Azure adds fields to v1 without notice.
 */
const createRequest = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(inputItem)]).nullish(),
  instructions: z.union([z.string(), z.array(inputItem)]).nullish(),
  background: z.boolean().nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  previous_response_id: z.string().nullish(),
  reasoning: z
    .looseObject({
      effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      summary: z.enum(['auto', 'concise', 'detailed']).nullish(),
      generate_summary: z.enum(['auto', 'concise', 'detailed']).nullish(),
    })
    .nullish(),
  max_output_tokens: z.int().positive().nullish(),
  max_tool_calls: z.int().positive().nullish(),
  text: z
    .looseObject({
      format: format.optional(),
      verbosity: z.enum(['low', 'medium', 'high']).nullish(),
    })
    .nullish(),
  tools: z
    .array(z.discriminatedUnion('type', [functionTool, mcpTool, imageTool, unusedTool]))
    .nullish(),
  tool_choice: z
    .union([z.enum(['none', 'auto', 'required']), z.looseObject({ type: z.string() })])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  include: z.array(includable).nullish(),
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((pairs) => Object.keys(pairs).length <= 16, 'at most 16 pairs are allowed')
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  user: z.string().nullish(),
});

export type CreateRequest = z.infer<typeof createRequest>;
export type InputItem = z.infer<typeof inputItem>;
export type FunctionTool = z.infer<typeof functionTool>;
export type McpTool = z.infer<typeof mcpTool>;
export type ImageTool = z.infer<typeof imageTool>;
type Tool = NonNullable<CreateRequest['tools']>[number];

/** @throws ApiError 400 that lists every field that is not as documented. */
export function parseCreateRequest(body: unknown): CreateRequest {
  const parsed = createRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  throw errors.invalidFields(parsed.error.issues.map(invalidField));
}

/** @throws ApiError 400 when a value of the `include` query parameter is not documented. */
export function parseIncludes(values: string[]): Set<string> {
  const parsed = z.array(includable).safeParse(values);
  if (parsed.success) return new Set(parsed.data);
  throw errors.invalidFields(
    parsed.error.issues.map((issue) => ({ ...invalidField(issue), param: 'include' })),
  );
}

function invalidField(issue: z.core.$ZodIssue): InvalidField {
  const path = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return { param: `$${path.join('')}`, message: issue.message };
}

/** The first tool of a type. */
export function toolOf<T extends Tool['type']>(
  request: CreateRequest,
  type: T,
): Extract<Tool, { type: T }> | undefined {
  return request.tools?.find((tool): tool is Extract<Tool, { type: T }> => tool.type === type);
}

/** The input as items, whichever way it was given. */
export function inputItems(request: CreateRequest): InputItem[] {
  const { input } = request;
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  return input ?? [];
}

/** What the user asks: the text of the last user message. */
export function promptOf(request: CreateRequest): string {
  const lastUserMessage = inputItems(request).findLast((item) => item.role === 'user');
  return lastUserMessage === undefined ? '' : textOf(lastUserMessage);
}

export function textOf({ content = '' }: InputItem): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('\n');
}

/**
 * The request as it may be kept and shown: what an MCP server is given to let the call in is neither
 * stored nor echoed by the service.
 */
export function withoutSecrets(request: CreateRequest): CreateRequest {
  if (request.tools == null) return request;
  return {
    ...request,
    tools: request.tools.map((tool) => {
      if (tool.type !== 'mcp') return tool;
      const { headers: _headers, authorization: _authorization, ...shown } = tool;
      return shown;
    }),
  };
}
