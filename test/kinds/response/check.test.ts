import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { response } from '../../../src/kinds/response/response.ts';
import { checking, mcp, pointersOf, type Request } from '../support/checking.ts';
import { anyJson } from '../../support/any-json.ts';

describe('a request is refused for', () => {
  it.each<[string, Request, string]>([
    ['no model', { model: undefined }, '/request/model'],
    ['a model that is no name', { model: 'a/../b' }, '/request/model'],
    ['a model that is too long', { model: 'a'.repeat(65) }, '/request/model'],
    ['a model with a line break', { model: 'o3\n' }, '/request/model'],
    ['no input', { input: undefined }, '/request/input'],
    ['null as input', { input: null }, '/request/input'],
    ['an empty input', { input: '' }, '/request/input'],
    ['an input without items', { input: [] }, '/request/input'],
    ['an input that is a number', { input: 7 }, '/request/input'],
    ['a message without a role', { input: [{ content: 'x' }] }, '/request/input/0/role'],
    [
      'a message of an unknown role',
      { input: [{ role: 'tool', content: 'x' }] },
      '/request/input/0/role',
    ],
    [
      'a text part without text',
      { input: [{ role: 'user', content: [{ type: 'input_text' }] }] },
      '/request/input/0/content/0/text',
    ],
    [
      'an image part without an image',
      { input: [{ role: 'user', content: [{ type: 'input_image' }] }] },
      '/request/input/0/content/0',
    ],
    [
      'an answer to no call',
      { input: [{ type: 'function_call_output', output: 'x' }] },
      '/request/input/0/call_id',
    ],
    ['work in the foreground', { background: false }, '/request/background'],
    ['work that is not stored', { store: false }, '/request/store'],
    ['streaming', { stream: true }, '/request/stream'],
    ['options of streaming', { stream_options: {} }, '/request/stream_options'],
    ['metadata that is no text', { metadata: { a: 1 } }, '/request/metadata/a'],
    [
      'too much metadata',
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) },
      '/request/metadata',
    ],
    [
      'a long key of metadata',
      { metadata: { ['k'.repeat(65)]: 'v' } },
      `/request/metadata/${'k'.repeat(65)}`,
    ],
    ['a long value of metadata', { metadata: { k: 'v'.repeat(513) } }, '/request/metadata/k'],
    ['an unknown include', { include: ['everything'] }, '/request/include/0'],
    ['a temperature above 2', { temperature: 2.1 }, '/request/temperature'],
    ['a temperature in words', { temperature: 'hot' }, '/request/temperature'],
    ['a top_p above 1', { top_p: 1.1 }, '/request/top_p'],
    ['21 top_logprobs', { top_logprobs: 21 }, '/request/top_logprobs'],
    ['half a token', { max_output_tokens: 0.5 }, '/request/max_output_tokens'],
    ['no token', { max_output_tokens: 0 }, '/request/max_output_tokens'],
    ['more tokens than the model has', { max_output_tokens: 32_769 }, '/request/max_output_tokens'],
    ['an unknown truncation', { truncation: 'some' }, '/request/truncation'],
    ['an unknown format', { text: { format: { type: 'xml' } } }, '/request/text/format/type'],
    [
      'a schema without a name',
      { text: { format: { type: 'json_schema', schema: {} } } },
      '/request/text/format/name',
    ],
    ['an unknown verbosity', { text: { verbosity: 'chatty' } }, '/request/text/verbosity'],
    ['tools that are no list', { tools: {} }, '/request/tools'],
    ['a tool without a type', { tools: [{}] }, '/request/tools/0/type'],
    ['a function without a name', { tools: [{ type: 'function' }] }, '/request/tools/0/name'],
    [
      'a function with spaces in its name',
      { tools: [{ type: 'function', name: 'get weather' }] },
      '/request/tools/0/name',
    ],
    [
      'a file search without a store',
      { tools: [{ type: 'file_search' }] },
      '/request/tools/0/vector_store_ids',
    ],
    [
      'a code interpreter without a container',
      { tools: [{ type: 'code_interpreter' }] },
      '/request/tools/0/container',
    ],
    [
      'a computer that does not truncate',
      {
        tools: [
          { type: 'computer_use_preview', environment: 'mac', display_width: 1, display_height: 1 },
        ],
      },
      '/request/truncation',
    ],
    [
      'a computer of an unknown kind',
      {
        truncation: 'auto',
        tools: [
          { type: 'computer_use_preview', environment: 'vax', display_width: 1, display_height: 1 },
        ],
      },
      '/request/tools/0/environment',
    ],
    [
      'MCP without a word on approval',
      { tools: [{ ...mcp, require_approval: undefined }] },
      '/request/tools/0/require_approval',
    ],
    [
      'MCP with approval of some tools',
      { tools: [{ ...mcp, require_approval: { never: { tool_names: ['a'] } } }] },
      '/request/tools/0/require_approval',
    ],
    [
      'MCP without a server',
      { tools: [{ ...mcp, server_url: undefined }] },
      '/request/tools/0/server_url',
    ],
    [
      'MCP at no address',
      { tools: [{ ...mcp, server_url: 'ftp://a' }] },
      '/request/tools/0/server_url',
    ],
    [
      'a header with a line break',
      { tools: [{ ...mcp, headers: { a: 'x\r\ny: z' } }] },
      '/request/tools/0/headers/a',
    ],
    ['a choice without tools', { tool_choice: 'required' }, '/request/tool_choice'],
    [
      'a choice of a function that is not there',
      { tools: [{ type: 'function', name: 'a' }], tool_choice: { type: 'function', name: 'b' } },
      '/request/tool_choice',
    ],
    ['an unknown choice', { tool_choice: 'maybe' }, '/request/tool_choice'],
    [
      'two ways to go on',
      { previous_response_id: 'resp_1', conversation: 'conv_1' },
      '/request/conversation',
    ],
    [
      'developer and system messages together',
      {
        input: [
          { role: 'developer', content: 'a' },
          { role: 'system', content: 'b' },
        ],
      },
      '/request/input',
    ],
    ['the input field of chat completions', { messages: [] }, '/request/messages'],
    ['the token limit of chat completions', { max_tokens: 5 }, '/request/max_tokens'],
    ['reasoning by a model that does none', { reasoning: { effort: 'low' } }, '/request/reasoning'],
    ['an unknown effort', { reasoning: { effort: 'huge' } }, '/request/reasoning/effort'],
    [
      'images without a deployment for them',
      { tools: [{ type: 'image_generation' }] },
      '/options/imageGenerationDeployment',
    ],
  ])('%s', (_, fields, pointer) => {
    expect(pointersOf(fields)).toContain(pointer);
  });

  it('an image deployment that nothing uses', () => {
    expect(pointersOf({}, { fillDeployment: true })).toEqual(['/options/fillDeployment']);
    expect(pointersOf({}, { imageGenerationDeployment: 'gpt-image' })).toEqual([
      '/options/imageGenerationDeployment',
    ]);
  });

  it('an image deployment that is not safe in a header', () => {
    const tools = [{ type: 'image_generation' }];
    expect(pointersOf({ tools }, { imageGenerationDeployment: 'a\r\nb' })).toEqual([
      '/options/imageGenerationDeployment',
    ]);
  });

  it('every fault at once', () => {
    expect(pointersOf({ model: 5, input: [], temperature: 3, stream: true }).toSorted()).toEqual([
      '/request/input',
      '/request/model',
      '/request/stream',
      '/request/temperature',
    ]);
  });
});

describe('checking', () => {
  it('names the deployment when the request does', () => {
    expect(checking({}).deployment).toBe('gpt-4.1');
    expect(checking({ model: 7 })).not.toHaveProperty('deployment');
  });

  it('bears any JSON and changes nothing', () => {
    const field = fc.constantFrom(
      'model',
      'input',
      'tools',
      'tool_choice',
      'text',
      'reasoning',
      'metadata',
      'include',
      'prompt',
      'conversation',
      'stream',
      'anything',
    );
    const requests = fc.dictionary(field, anyJson());
    fc.assert(
      fc.property(requests, (request) => {
        const before = structuredClone(request);
        response.check(request, {}, { name: 'o3' });
        expect(request).toEqual(before);
      }),
    );
  });
});
