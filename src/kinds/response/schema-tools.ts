import { z } from 'zod';
import { byType } from './schema-by-type.ts';

/** What upstream takes as the name of a function or of an output format. */
export const name = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, {
  error: 'must be 1 to 64 letters, digits, "_" and "-"',
});

const schema = z.record(z.string(), z.unknown());
const contextSize = z.enum(['low', 'medium', 'high']).nullish();

const functionTool = z.looseObject({
  name,
  description: z.string().nullish(),
  parameters: schema.nullish(),
  strict: z.boolean().nullish(),
});

const customTool = z.looseObject({ name, description: z.string().nullish() });

const fileSearch = z.looseObject({
  vector_store_ids: z.array(z.string().min(1)).min(1),
  max_num_results: z.int().min(1).max(50).nullish(),
  ranking_options: z.looseObject({ score_threshold: z.number().min(0).max(1).nullish() }).nullish(),
});

const webSearch = z.looseObject({ search_context_size: contextSize });

const codeInterpreter = z.looseObject({
  container: z.union(
    [
      z.string().min(1),
      z.looseObject({ type: z.literal('auto'), file_ids: z.array(z.string()).nullish() }),
    ],
    { error: 'must be the id of a container or {"type":"auto"}' },
  ),
});

const imageGeneration = z.looseObject({
  model: z.string().nullish(),
  quality: z.enum(['low', 'medium', 'high', 'xhigh', 'max', 'auto']).nullish(),
  size: z
    .string()
    .regex(/^(?:auto|\d{2,4}x\d{2,4})$/, {
      error: 'must be "auto" or WIDTHxHEIGHT, for example 1024x1024',
    })
    .nullish(),
  output_format: z.enum(['png', 'webp', 'jpeg', 'gif', 'svg']).nullish(),
  output_compression: z.int().min(0).max(100).nullish(),
  moderation: z.enum(['auto', 'low']).nullish(),
  background: z.enum(['transparent', 'opaque', 'auto']).nullish(),
  input_fidelity: z.enum(['high', 'low']).nullish(),
  input_image_mask: z
    .looseObject({ image_url: z.string().nullish(), file_id: z.string().nullish() })
    .nullish(),
  partial_images: z.int().min(0).max(3).nullish(),
});

const computerUse = z.looseObject({
  environment: z.enum(['windows', 'mac', 'linux', 'ubuntu', 'browser']),
  display_width: z.int().positive(),
  display_height: z.int().positive(),
});

const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, {
  error: 'the name of a header must be letters, digits and the marks of RFC 9110',
});
/** Without the characters that would end a header and start another. */
const headerValue = z.string().regex(/^[^\r\n\0]*$/, { error: 'must be one line' });

const mcp = z
  .looseObject({
    server_label: z.string().min(1),
    server_url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .nullish(),
    connector_id: z.string().min(1).nullish(),
    headers: z.record(headerName, headerValue).nullish(),
    authorization: headerValue.nullish(),
    allowed_tools: z
      .union([z.array(z.string()), z.looseObject({ tool_names: z.array(z.string()).nullish() })], {
        error: 'must be a list of names or {"tool_names":[…]}',
      })
      .nullish(),
    require_approval: z.literal('never', {
      error:
        'must be "never": approving calls is not yet supported, and upstream asks for approval unless told otherwise',
    }),
  })
  .refine((tool) => tool.server_url ?? tool.connector_id ?? tool['tunnel_id'], {
    path: ['server_url'],
    error: 'is missing: give server_url, or connector_id',
  });

/** The tools that the documentation names (Azure OpenAI v1 REST reference); others pass as they are. */
export const tool = byType({
  function: functionTool,
  custom: customTool,
  file_search: fileSearch,
  web_search: webSearch,
  web_search_preview: webSearch,
  code_interpreter: codeInterpreter,
  image_generation: imageGeneration,
  computer_use_preview: computerUse,
  mcp,
});

const choice = byType({
  function: z.looseObject({ name }),
  custom: z.looseObject({ name }),
  mcp: z.looseObject({ server_label: z.string().min(1), name: z.string().nullish() }),
  allowed_tools: z.looseObject({
    mode: z.enum(['auto', 'required']),
    tools: z.array(z.looseObject({ type: z.string() })),
  }),
});

export const toolChoice = z.union([z.enum(['none', 'auto', 'required']), choice], {
  error: 'must be "none", "auto", "required" or an object that names a tool',
});
