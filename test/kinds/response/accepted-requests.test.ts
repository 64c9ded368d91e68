import { describe, expect, it } from 'vitest';
import type { Options } from '../../../src/jobs/envelope.ts';
import { checking, pointersOf, type Request } from '../support/checking.ts';

describe('a request passes', () => {
  it.each<[string, Request]>([
    ['with a model and an input', {}],
    [
      'with null for what is left out',
      { background: null, store: null, tools: null, stream: null },
    ],
    ['when it says itself what is added', { background: true, store: true, stream: false }],
    ['with a stored prompt instead of input', { input: undefined, prompt: { id: 'pmpt_1' } }],
    [
      'with messages that have parts',
      {
        input: [
          { role: 'developer', content: 'Be brief.' },
          {
            type: 'message',
            role: 'user',
            content: [
              { type: 'input_text', text: 'What is this?' },
              { type: 'input_image', image_url: 'https://example.com/a.png' },
              { type: 'input_file', file_id: 'assistant-1' },
              { type: 'input_hologram', depth: 3 },
            ],
          },
        ],
      },
    ],
    [
      'with answers to the calls of an earlier response',
      {
        previous_response_id: 'resp_1',
        input: [
          { type: 'function_call_output', call_id: 'call_1', output: '{}' },
          { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true },
          { type: 'item_reference', id: 'msg_1' },
          { type: 'some_new_item', anything: true },
        ],
      },
    ],
    [
      'with tools of every documented type',
      {
        tools: [
          { type: 'function', name: 'get_weather', parameters: { type: 'object' }, strict: true },
          { type: 'file_search', vector_store_ids: ['vs_1'], max_num_results: 50 },
          { type: 'web_search_preview', search_context_size: 'low' },
          { type: 'code_interpreter', container: { type: 'auto', file_ids: [] } },
          { type: 'code_interpreter', container: 'cntr_1' },
          { type: 'local_shell' },
          {
            type: 'mcp',
            server_label: 'docs',
            server_url: 'https://mcp.example/sse',
            headers: { Authorization: 'Bearer x' },
            require_approval: 'never',
            allowed_tools: ['search'],
          },
          { type: 'brand_new_tool', option: 1 },
        ],
        tool_choice: { type: 'function', name: 'get_weather' },
      },
    ],
    [
      'with a computer that truncates',
      {
        truncation: 'auto',
        tools: [
          {
            type: 'computer_use_preview',
            environment: 'browser',
            display_width: 1024,
            display_height: 768,
          },
        ],
      },
    ],
    [
      'with structured output',
      { text: { format: { type: 'json_schema', name: 'answer', schema: { type: 'object' } } } },
    ],
    ['with values at the ends of their ranges', { temperature: 2, top_p: 0, top_logprobs: 20 }],
    ['with fields that nobody has heard of', { brand_new: { deep: [1] } }],
  ])('%s', (_, fields) => {
    expect(checking(fields).problems).toEqual([]);
  });

  it('with an image deployment for the image tool', () => {
    const tools = [{ type: 'image_generation', partial_images: 3, size: '1024x1536' }];
    expect(pointersOf({ tools }, { imageGenerationDeployment: 'gpt-image' })).toEqual([]);
  });

  it('with the options that mean the same to every kind', () => {
    const options: Options = { deadline: 'PT1H', priority: 'high', keepUpstream: false };
    expect(pointersOf({}, { ...options, onUncertainSubmission: 'resubmit' })).toEqual([]);
  });
});
