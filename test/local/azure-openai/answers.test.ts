import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import { azureResponse } from './shapes.ts';
import { simulatorForTest } from './support.ts';

type Fields = Partial<ResponseCreateParamsNonStreaming>;

/** Answers one request at once; the answer's shape is checked each time. */
async function answer(fields: Fields, headers: Record<string, string> = {}) {
  const { client } = await simulatorForTest();
  const request = { model: 'gpt-4.1', input: 'Why?', ...fields };
  const response = await client.responses.create(request, { headers });
  azureResponse.parse(response);
  return response;
}

const weather = {
  type: 'function' as const,
  name: 'get_weather',
  strict: true,
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'fahrenheit'] } },
    required: ['city', 'unit'],
    additionalProperties: false,
  },
};

const mcp = {
  type: 'mcp' as const,
  server_label: 'docs',
  server_url: 'https://example.com/mcp',
  headers: { authorization: 'Bearer secret-of-mcp' },
};

describe('text', () => {
  it('takes the question apart in Markdown, the same way each time', async () => {
    const input = 'Explain the tides. Why are there two a day?';
    const [one, other] = [await answer({ input }), await answer({ input })];
    expect(one.output_text).toBe(other.output_text);
    expect(one.output_text).toMatch(/^# Explain the tides\./);
    expect(one.output_text).toContain('2. **Why are there two a day?**');
  });

  it('answers the last user message of a list of items', async () => {
    const { output_text } = await answer({
      input: [
        { role: 'user', content: 'The first question?' },
        { role: 'assistant', content: 'An answer.' },
        { role: 'user', content: [{ type: 'input_text', text: 'The second question?' }] },
      ],
    });
    expect(output_text).toMatch(/^# The second question\?/);
  });

  it('is a JSON object when that is the format', async () => {
    const { output_text } = await answer({ text: { format: { type: 'json_object' } } });
    expect(JSON.parse(output_text)).toEqual({ answer: expect.stringContaining('Why?') });
  });

  it('follows the schema when there is one', async () => {
    const { output_text } = await answer({
      text: {
        format: { type: 'json_schema', name: 'weather', schema: weather.parameters, strict: true },
      },
    });
    expect(JSON.parse(output_text)).toEqual({
      city: 'city: Why?',
      unit: expect.stringMatching(/^(celsius|fahrenheit)$/),
    });
  });
});

describe('reasoning', () => {
  it('comes before the answer, without a summary unless one is asked for', async () => {
    const plain = await answer({ model: 'o3' });
    expect(plain.output).toMatchObject([{ type: 'reasoning', summary: [] }, { type: 'message' }]);
    const summarised = await answer({ model: 'o3', reasoning: { summary: 'auto' } });
    expect(summarised.output[0]).toMatchObject({ summary: [{ type: 'summary_text' }] });
  });

  it('is encrypted for those who ask to include it, at create or at read', async () => {
    const { client } = await simulatorForTest();
    const include: ['reasoning.encrypted_content'] = ['reasoning.encrypted_content'];
    const without = await client.responses.create({ model: 'o3', input: 'Why?' });
    const read = await client.responses.retrieve(without.id, { include });
    const at = await client.responses.create({ model: 'o3', input: 'Why?', include });
    expect(without.output[0]).not.toHaveProperty('encrypted_content');
    for (const { output } of [read, at]) {
      expect(output[0]).toMatchObject({ encrypted_content: expect.any(String) });
    }
  });

  it('takes more tokens for more effort', async () => {
    const tokens = async (effort: 'low' | 'high') =>
      (await answer({ model: 'o3', reasoning: { effort } })).usage?.output_tokens_details
        .reasoning_tokens ?? 0;
    expect(await tokens('high')).toBeGreaterThan(await tokens('low'));
  });
});

describe('a function', () => {
  it.each<[string, Fields]>([
    ['tool_choice requires a tool', { tool_choice: 'required' }],
    ['tool_choice names it', { tool_choice: { type: 'function', name: 'get_weather' } }],
    ['the prompt says so', { input: 'Please call get_weather for Oslo.' }],
  ])('is called, and left to the client, when %s', async (_when, fields) => {
    const { output, status } = await answer({ tools: [weather], ...fields });
    expect(status).toBe('completed');
    expect(output).toMatchObject([{ type: 'function_call', name: 'get_weather' }]);
    const [call] = output;
    const args = call?.type === 'function_call' ? JSON.parse(call.arguments) : undefined;
    expect(Object.keys(args)).toEqual(['city', 'unit']);
  });

  it.each<[string, Fields]>([
    ['nothing asks for it', {}],
    ['tool_choice forbids it', { input: 'call get_weather', tool_choice: 'none' }],
  ])('is not called when %s', async (_when, fields) => {
    const { output } = await answer({ tools: [weather], ...fields });
    expect(output).toMatchObject([{ type: 'message' }]);
  });

  it('is not called again once it was answered', async () => {
    const { client } = await simulatorForTest();
    const request = { model: 'gpt-4.1', tools: [weather], tool_choice: 'required' as const };
    const first = await client.responses.create({ ...request, input: 'Oslo?' });
    const [call] = first.output;
    const second = await client.responses.create({
      ...request,
      previous_response_id: first.id,
      input: [
        {
          type: 'function_call_output',
          call_id: call?.type === 'function_call' ? call.call_id : '',
          output: '12 degrees, and raining.',
        },
      ],
    });
    expect(second.output_text).toContain('12 degrees, and raining.');
  });
});

describe('an MCP server', () => {
  it('is called at once when it needs no approval', async () => {
    const { output } = await answer({
      tools: [{ ...mcp, require_approval: 'never', allowed_tools: ['lookup'] }],
    });
    expect(output).toMatchObject([
      { type: 'mcp_list_tools', server_label: 'docs', tools: [{ name: 'lookup' }] },
      { type: 'mcp_call', name: 'lookup', arguments: '{"query":"Why?"}', error: null },
      { type: 'message' },
    ]);
  });

  it('is only listed when it may use none of its tools', async () => {
    const { output } = await answer({ tools: [{ ...mcp, allowed_tools: [] }] });
    expect(output).toMatchObject([{ type: 'mcp_list_tools', tools: [] }, { type: 'message' }]);
  });

  it('is called at once when the tool is among those that need no approval', async () => {
    const require_approval = { never: { tool_names: ['lookup'] } };
    const { output } = await answer({
      tools: [{ ...mcp, require_approval, allowed_tools: { tool_names: ['lookup'] } }],
    });
    expect(output).toMatchObject([
      { type: 'mcp_list_tools' },
      { type: 'mcp_call' },
      { type: 'message' },
    ]);
  });

  it.each([
    [true, [{ type: 'mcp_call', arguments: '{"query":"Why?"}' }, { type: 'message' }]],
    [false, [{ type: 'message' }]],
  ])('asks for approval first; the answer %s decides', async (approve, outcome) => {
    const { client } = await simulatorForTest();
    const request = { model: 'gpt-4.1', tools: [mcp] };
    const first = await client.responses.create({ ...request, input: 'Why?' });
    azureResponse.parse(first);
    expect(first.output.map(({ type }) => type)).toEqual([
      'mcp_list_tools',
      'mcp_approval_request',
    ]);
    const second = await client.responses.create({
      ...request,
      previous_response_id: first.id,
      input: [
        {
          type: 'mcp_approval_response',
          approval_request_id: first.output[1]?.id ?? '',
          approve,
        },
      ],
    });
    azureResponse.parse(second);
    expect(second.output).toMatchObject(outcome);
  });

  it('never has its headers repeated', async () => {
    const { client } = await simulatorForTest();
    const created = await client.responses.create({
      model: 'gpt-4.1',
      input: 'Why?',
      tools: [{ ...mcp, authorization: 'secret-of-mcp', require_approval: 'never' }],
    });
    const read = await client.responses.retrieve(created.id);
    expect(created.tools).toMatchObject([{ type: 'mcp', server_label: 'docs' }]);
    expect(JSON.stringify([created, read])).not.toContain('secret-of-mcp');
  });
});

describe('an image', () => {
  const headers = { 'x-ms-oai-image-generation-deployment': 'gpt-image' };
  const tools: Fields['tools'] = [{ type: 'image_generation' }];

  it.each<[string, Fields]>([
    ['the prompt asks for one', { input: 'Draw a lighthouse.' }],
    ['tool_choice asks for one', { tool_choice: { type: 'image_generation' } }],
  ])('is drawn when %s', async (_when, fields) => {
    const { output } = await answer({ tools, ...fields }, headers);
    expect(output).toMatchObject([{ type: 'image_generation_call' }, { type: 'message' }]);
  });

  it('is not drawn when nobody asks for one', async () => {
    const { output } = await answer({ tools }, headers);
    expect(output).toMatchObject([{ type: 'message' }]);
  });
});
