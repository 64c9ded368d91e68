import { describe, expect, it } from 'vitest';
import { invalidRequest } from './shapes.ts';
import { simulatorForTest, type TestSimulator } from './support.ts';

async function post(simulator: TestSimulator, body: unknown, headers = {}) {
  const response = await fetch(`${simulator.url}responses`, {
    method: 'POST',
    headers: { 'api-key': 'any', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { error?: unknown } };
}

async function refusal(body: unknown, headers = {}) {
  const simulator = await simulatorForTest();
  const answer = await post(simulator, body, headers);
  expect((await simulator.control('GET', '/creates')).body.total).toBe(0);
  return answer;
}

describe('POST /responses', () => {
  it.each([
    [{ input: 'a' }, '$.model'],
    [{ model: 'gpt-4.1', input: 7 }, '$.input'],
    [{ model: 'gpt-4.1', stream: 'yes' }, '$.stream'],
    [{ model: 'gpt-4.1', temperature: 3 }, '$.temperature'],
    [{ model: 'gpt-4.1', tools: [{ type: 'function', name: 'no spaces' }] }, '$.tools[0].name'],
    [{ model: 'gpt-4.1', tools: [{ type: 'telepathy' }] }, '$.tools[0].type'],
    [{ model: 'gpt-4.1', metadata: { a: 'x'.repeat(513) } }, '$.metadata.a'],
    [{ model: 'gpt-4.1', include: ['everything'] }, '$.include[0]'],
    [{ model: 'o3', reasoning: { effort: 'heroic' } }, '$.reasoning.effort'],
  ])('refuses %j and points to the field', async (body, param) => {
    const { status, body: answer } = await refusal(body);
    expect(status).toBe(400);
    expect(invalidRequest.parse(answer.error)).toMatchObject({ param, code: null });
    expect(answer.error).toMatchObject({ details: [{ code: 'invalid_value', param }] });
  });

  it('lists every field that is wrong', async () => {
    const { body } = await refusal({ model: 'gpt-4.1', stream: 'yes', store: 'no' });
    expect(body.error).toMatchObject({
      message: expect.stringMatching(/^Validation failed with 2 errors/),
      details: [{ param: '$.store' }, { param: '$.stream' }],
    });
  });

  it('refuses what is no JSON', async () => {
    const { status, body } = await refusal('{');
    expect(status).toBe(400);
    expect(invalidRequest.parse(body.error).message).toContain('could not parse the JSON body');
  });

  it('refuses a body that is too large', async () => {
    const { status } = await refusal(`"${'x'.repeat(32 * 1024 * 1024)}"`);
    expect(status).toBe(413);
  });

  it('lets unknown fields pass', async () => {
    const simulator = await simulatorForTest();
    const { status } = await post(simulator, { model: 'gpt-4.1', input: 'a', new_field: 1 });
    expect(status).toBe(200);
  });

  it.each(['my-model', 'o9', ''])('finds no deployment called %j', async (model) => {
    const { status, body } = await refusal({ model, input: 'a' });
    expect(status).toBe(model === '' ? 400 : 404);
    if (model !== '') expect(body.error).toMatchObject({ code: 'DeploymentNotFound' });
  });

  it('knows exactly the deployments it was given, when it was given any', async () => {
    const simulator = await simulatorForTest({ deployments: { research: 'o3-pro' } });
    const known = await post(simulator, { model: 'research', temperature: 1 });
    const unknown = await post(simulator, { model: 'o3-pro' });
    expect(known.body.error).toMatchObject({ code: 'unsupported_parameter', param: 'temperature' });
    expect(unknown.body.error).toMatchObject({ code: 'DeploymentNotFound' });
  });

  it('refuses a prompt that the content filter stops', async () => {
    const { status, body } = await refusal({ model: 'gpt-4.1', input: 'trigger-content-filter' });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: 'content_filter',
      param: 'prompt',
      innererror: { code: 'ResponsibleAIPolicyViolation' },
    });
  });

  it.each(['temperature', 'top_p', 'presence_penalty', 'logprobs', 'top_logprobs', 'max_tokens'])(
    'refuses %s for a reasoning model, not for another',
    async (field) => {
      const { status, body } = await refusal({ model: 'o3', input: 'a', [field]: 1 });
      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: 'unsupported_parameter', param: field });
      const simulator = await simulatorForTest();
      expect((await post(simulator, { model: 'gpt-4.1', [field]: 1 })).status).toBe(200);
    },
  );

  const imageHeader = { 'x-ms-oai-image-generation-deployment': 'gpt-image' };
  const imageTools = { tools: [{ type: 'image_generation' }] };
  it.each([
    ['streaming o3-pro', { model: 'o3-pro', stream: true }, {}, 'stream'],
    ['streaming gpt-5-pro', { model: 'gpt-5-pro', stream: true }, {}, 'stream'],
    ['images of o3-pro', { model: 'o3-pro', ...imageTools }, imageHeader, 'tools'],
    [
      'summaries of o3-pro',
      { model: 'o3-pro', reasoning: { summary: 'auto' } },
      {},
      'reasoning.summary',
    ],
    [
      'low effort of gpt-5-pro',
      { model: 'gpt-5-pro', reasoning: { effort: 'low' } },
      {},
      'reasoning.effort',
    ],
    ['reasoning of gpt-4.1', { model: 'gpt-4.1', reasoning: { effort: 'low' } }, {}, 'reasoning'],
    [
      'images without an image deployment',
      { model: 'gpt-4.1', ...imageTools },
      {},
      'x-ms-oai-image-generation-deployment',
    ],
    [
      'developer and system messages together',
      {
        model: 'gpt-4.1',
        input: [
          { role: 'developer', content: 'a' },
          { role: 'system', content: 'b' },
        ],
      },
      {},
      'input',
    ],
  ])('refuses %s', async (_what, body, headers, param) => {
    const { status, body: answer } = await refusal(body, headers);
    expect(status).toBe(400);
    expect(answer.error).toMatchObject({ type: 'invalid_request_error', param });
  });

  it.each([
    ['gpt-4.1', 400, 'OperationNotSupported'],
    ['my-images', 404, 'DeploymentNotFound'],
  ])('refuses %s as an image deployment', async (deployment, status, code) => {
    const headers = { 'x-ms-oai-image-generation-deployment': deployment };
    const answer = await refusal({ model: 'gpt-4.1', ...imageTools }, headers);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ code });
  });

  it.each(['gpt-image-1', 'sora'])('refuses %s, which is no text model', async (model) => {
    const { status, body } = await refusal({ model, input: 'a' });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'OperationNotSupported' });
  });

  it('lets codex-mini stream and summarise', async () => {
    const simulator = await simulatorForTest();
    const stream = simulator.client.responses.stream({
      model: 'codex-mini',
      input: 'Why?',
      reasoning: { summary: 'auto' },
    });
    expect((await stream.finalResponse()).output[0]).toMatchObject({
      type: 'reasoning',
      summary: [{ type: 'summary_text' }],
    });
  });
});
