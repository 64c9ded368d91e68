import { z } from 'zod';
import { deploymentName } from '../deployment-name.ts';
import { byType } from './schema-by-type.ts';
import { input } from './schema-input.ts';
import { name, tool, toolChoice } from './schema-tools.ts';

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
const SUMMARIES = ['auto', 'concise', 'detailed'] as const;
const INCLUDES = [
  'code_interpreter_call.outputs',
  'computer_call_output.output.image_url',
  'file_search_call.results',
  'message.input_image.image_url',
  'message.output_text.logprobs',
  'reasoning.encrypted_content',
  'web_search_call.action.sources',
  'web_search_call.results',
] as const;

const MOST_METADATA = 16;

const metadata = z
  .record(
    z.string().min(1).max(64, { error: 'a key of metadata must be at most 64 characters long' }),
    z.string().max(512),
  )
  .refine((pairs) => Object.keys(pairs).length <= MOST_METADATA, {
    error: `must have at most ${MOST_METADATA} pairs`,
  });

const reasoning = z.looseObject({
  effort: z.enum(EFFORTS).nullish(),
  summary: z.enum(SUMMARIES).nullish(),
  generate_summary: z.enum(SUMMARIES).nullish(),
});

const FORMATS = ['text', 'json_object', 'json_schema'] as const;

const format = byType({
  json_schema: z.looseObject({
    name,
    schema: z.record(z.string(), z.unknown()),
    description: z.string().nullish(),
    strict: z.boolean().nullish(),
  }),
}).refine(({ type }) => (FORMATS as readonly string[]).includes(type), {
  path: ['type'],
  error: `must be one of ${FORMATS.join(', ')}`,
});

const text = z.looseObject({
  format: format.nullish(),
  verbosity: z.enum(['low', 'medium', 'high']).nullish(),
});

const prompt = z.looseObject({
  id: z.string().min(1),
  version: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

const conversation = z.union([z.string().min(1), z.looseObject({ id: z.string().min(1) })], {
  error: 'must be the id of a conversation or {"id":"…"}',
});

/** A field whose other value exists upstream, but not for work that is carried in the background. */
function only(value: boolean, reason: string) {
  return z.literal(value, { error: reason }).nullish();
}

/**
 * The body of `POST /responses` (Azure OpenAI v1 REST reference: create response).
 * Every documented field is checked by type and range, `null` counts as left out, as upstream has
 * it, and fields that are not named here pass through.
 */
export const responseRequest = z.looseObject({
  model: deploymentName,
  input: input.nullish(),
  instructions: z.string().nullish(),
  background: only(
    true,
    'must be true or left out: work is carried in the background, so that it outlives every connection',
  ),
  store: only(
    true,
    'must be true or left out: upstream keeps background work only when it is stored',
  ),
  stream: only(
    false,
    'must be false or left out: the result is polled and collected, not streamed',
  ),
  stream_options: z.null({ error: 'must be left out: nothing is streamed' }).optional(),
  previous_response_id: z.string().min(1).nullish(),
  conversation: conversation.nullish(),
  prompt: prompt.nullish(),
  reasoning: reasoning.nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  max_tool_calls: z.int().min(1).nullish(),
  text: text.nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  include: z.array(z.enum(INCLUDES)).nullish(),
  metadata: metadata.nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().max(64).nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.enum(['in_memory', 'in-memory', '24h']).nullish(),
  service_tier: z
    .enum(['auto', 'default', 'flex', 'scale', 'priority', 'fast', 'ultrafast'])
    .nullish(),
});
