import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOutputName } from '../../../src/jobs/manifest.ts';
import { response } from '../../../src/kinds/response/response.ts';
import { answering, contextOf, fakeOutputs } from '../support/fake-upstream.ts';
import { anyJson } from '../../support/any-json.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex').toString('base64');
const JPEG = Buffer.from('ffd8ffe000104a46', 'hex').toString('base64');

const message = {
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'The answer is 42.', annotations: [] }],
};

async function collect(fields: Record<string, unknown>) {
  const outputs = fakeOutputs();
  const body = { id: 'resp_1', status: 'completed', ...fields };
  const outcome = await response.collect('resp_1', contextOf(answering({ body })), outputs);
  return { outcome, outputs };
}

describe('collecting a response', () => {
  it('brings home its JSON, a page to read and the usage', async () => {
    const usage = {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 15 },
      total_tokens: 30,
    };
    const { outcome, outputs } = await collect({ output: [message], usage });
    expect(outcome).toMatchObject({
      outcome: 'collected',
      complete: true,
      warnings: [],
      files: [
        { name: 'response.json', contentType: 'application/json' },
        { name: 'output.md', contentType: 'text/markdown; charset=utf-8' },
      ],
      usage: {
        input_tokens: 10,
        cached_tokens: 4,
        output_tokens: 20,
        reasoning_tokens: 15,
        total_tokens: 30,
      },
    });
    expect(JSON.parse(outputs.text('response.json'))).toMatchObject({ output: [message], usage });
    expect(outputs.text('output.md')).toBe('The answer is 42.\n');
  });

  it('counts only what upstream counted', async () => {
    const { outcome } = await collect({ output: [message], usage: { total_tokens: 3, x: null } });
    expect(outcome).toMatchObject({ usage: { total_tokens: 3 } });
    const { outcome: without } = await collect({ output: [message], usage: null });
    expect(without).not.toHaveProperty('usage');
  });

  it('keeps secrets out of what it writes', async () => {
    const tools = [{ type: 'mcp', headers: { a: 'planted-secret' }, authorization: 'planted-too' }];
    const { outputs } = await collect({ output: [message], tools });
    expect(JSON.stringify([...outputs.files.values()])).not.toContain('planted');
  });

  it('writes each image under a number and the extension of its format', async () => {
    const image = { type: 'image_generation_call', status: 'completed' };
    const { outcome, outputs } = await collect({
      output: [
        { ...image, result: PNG, output_format: 'jpeg', revised_prompt: 'a [red] cat' },
        { ...image, result: `data:image/jpeg;base64,${JPEG}` },
        { ...image, result: 'c29tZXRoaW5n', output_format: 'webp' },
        { ...image, result: 'c29tZXRoaW5n' },
      ],
    });
    expect([...outputs.files].slice(2).map(([name, file]) => [name, file.contentType])).toEqual([
      ['image-1.png', 'image/png'],
      ['image-2.jpg', 'image/jpeg'],
      ['image-3.webp', 'image/webp'],
      ['image-4.png', 'image/png'],
    ]);
    expect(outputs.files.get('image-1.png')?.content).toEqual(Buffer.from(PNG, 'base64'));
    expect(outputs.text('output.md')).toContain(String.raw`![a \[red\] cat](image-1.png)`);
    expect(outcome).toMatchObject({ complete: true });
  });

  it.each(['not base64!', 'abcde', '', null, 7])(
    'is not complete, and says so, when an image cannot be read: %j',
    async (result) => {
      const image = { type: 'image_generation_call', status: 'failed', result };
      const { outcome, outputs } = await collect({ output: [message, image] });
      expect(outcome).toMatchObject({
        complete: false,
        warnings: [expect.stringContaining('Image 1')],
      });
      expect([...outputs.files.keys()]).toEqual(['response.json', 'output.md']);
    },
  );

  it('keeps what an incomplete response holds, and the error that it ended with', async () => {
    const { outcome, outputs } = await collect({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [message],
    });
    expect(outcome).toMatchObject({ complete: false, error: { code: 'incomplete' } });
    expect(outputs.text('output.md')).toMatch(/^> \*\*Not complete:\*\* .*max_output_tokens/);
    expect(outputs.text('output.md')).toContain('The answer is 42.');
  });

  it('finds out when a success has nothing in it', async () => {
    const { outcome, outputs } = await collect({ output: [] });
    expect(outcome).toMatchObject({ error: { code: 'empty-output' } });
    expect([...outputs.files.keys()]).toContain('response.json');
  });

  it('warns of files that stay behind in a container', async () => {
    const annotation = {
      type: 'container_file_citation',
      filename: 'plot.csv',
      file_id: 'cfile_1',
    };
    const content = [{ type: 'output_text', text: 'See the file.', annotations: [annotation] }];
    const { outcome } = await collect({ output: [{ type: 'message', content }] });
    expect(outcome).toMatchObject({
      complete: false,
      warnings: [expect.stringContaining('plot.csv')],
    });
  });

  it('waits for a response that has not ended', async () => {
    const { outcome, outputs } = await collect({ status: 'in_progress', output: [message] });
    expect(outcome).toMatchObject({ outcome: 'unreadable' });
    expect(outputs.files.size).toBe(0);
  });

  it.each([
    [404, 'gone'],
    [400, 'unreadable'],
    [503, 'unreadable'],
  ])('passes on %i as %s', async (status, expected) => {
    const context = contextOf(answering({ status }));
    const outcome = await response.collect('resp_1', context, fakeOutputs());
    expect(outcome).toMatchObject({ outcome: expected });
  });

  it('bears any output, and writes only names that can be served', async () => {
    const types = fc.constantFrom(
      'message',
      'reasoning',
      'function_call',
      'mcp_call',
      'mcp_list_tools',
      'new_type',
      'image_generation_call',
      'code_interpreter_call',
      'computer_call',
      'file_search_call',
      'web_search_call',
      'local_shell_call',
      'mcp_approval_request',
      'constructor',
    );
    const part = fc.record({ text: anyJson(), annotations: anyJson() });
    const item = fc.record(
      {
        type: types,
        content: fc.oneof(anyJson(), fc.array(part)),
        result: anyJson(),
        action: anyJson(),
        outputs: anyJson(),
        error: anyJson(),
        arguments: anyJson(),
        queries: anyJson(),
        tools: anyJson(),
      },
      { requiredKeys: ['type'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(item, anyJson())), async (output) => {
        const { outcome, outputs } = await collect({ output });
        expect(outcome.outcome).toBe('collected');
        for (const name of outputs.files.keys()) expect(isOutputName(name)).toBe(true);
      }),
    );
  });
});

describe('a response that ends with calls', () => {
  it.each([
    [{ type: 'function_call', name: 'get_weather', call_id: 'call_1' }, 'get_weather (call_1)'],
    [{ type: 'computer_call', call_id: 'call_2', id: 'cu_2' }, 'call_2'],
    [{ type: 'local_shell_call', id: 'lsh_3', call_id: 'call_3' }, 'call_3'],
    [{ type: 'mcp_approval_request', id: 'mcpr_4', name: 'delete' }, 'delete (mcpr_4)'],
  ])('succeeds with a warning that names the open ones: %j', async (call, name) => {
    const { outcome } = await collect({ output: [message, call] });
    expect(outcome).toMatchObject({
      complete: true,
      warnings: [expect.stringContaining(name)],
    });
    expect(outcome).not.toHaveProperty('error');
  });

  it('is silent about calls that are answered in the same output', async () => {
    const { outcome } = await collect({
      output: [
        { type: 'function_call', name: 'a', call_id: 'call_1' },
        { type: 'function_call_output', call_id: 'call_1', output: '{}' },
        { type: 'mcp_approval_request', id: 'mcpr_1' },
        { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true },
      ],
    });
    expect(outcome).toMatchObject({ warnings: [] });
  });

  it('names no more of them than a job document can bear', async () => {
    const output = Array.from({ length: 500 }, (_, index) => ({
      type: 'function_call',
      name: 'n'.repeat(900),
      call_id: `call_${index}`,
    }));
    const { outcome } = await collect({ output });
    expect(outcome).toMatchObject({ warnings: [expect.stringContaining('and 490 more')] });
    expect(JSON.stringify(outcome).length).toBeLessThan(3_000);
  });
});
