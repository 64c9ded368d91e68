import { z } from 'zod';
import { byType } from './schema-by-type.ts';

const text = z.looseObject({ text: z.string() });

const image = z
  .looseObject({
    image_url: z.string().nullish(),
    file_id: z.string().nullish(),
    detail: z.enum(['low', 'high', 'auto', 'original']).nullish(),
  })
  .refine((part) => part.image_url ?? part.file_id, {
    error: 'must have image_url (an address or a data: URL) or file_id',
  });

const file = z
  .looseObject({
    file_id: z.string().nullish(),
    filename: z.string().nullish(),
    file_data: z.string().nullish(),
    file_url: z.string().nullish(),
  })
  .refine((part) => part.file_id ?? part.file_data ?? part.file_url, {
    error: 'must have file_id, file_data or file_url',
  });

const parts = z.array(
  byType({
    input_text: text,
    output_text: text,
    input_image: image,
    input_file: file,
    refusal: z.looseObject({ refusal: z.string() }),
  }),
);

const content = z.union([z.string(), parts], { error: 'must be a string or a list of parts' });

const message = z.looseObject({
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content,
});

const callId = z.string().min(1).max(64);

/** The items that a user may hand in (Responses API reference: create, input). */
const item = byType(
  {
    message,
    function_call: z.looseObject({
      call_id: callId,
      name: z.string().min(1),
      arguments: z.string(),
    }),
    function_call_output: z.looseObject({ call_id: callId, output: content }),
    computer_call_output: z.looseObject({ call_id: callId, output: z.looseObject({}) }),
    mcp_approval_response: z.looseObject({
      approval_request_id: z.string().min(1),
      approve: z.boolean(),
    }),
    item_reference: z.looseObject({ id: z.string().min(1) }),
  },
  'message',
);

export const input = z.union(
  [
    z.string().min(1, { error: 'must not be empty' }),
    z.array(item).min(1, { error: 'must not be empty' }),
  ],
  { error: 'must be a string or a list of items' },
);
