import { describe, expect, it } from 'vitest';
import { checking, pointersOf, type Request } from '../support/checking.ts';

describe('a model', () => {
  it.each<[string, Request, string]>([
    ['o3-pro', { reasoning: { summary: 'auto' } }, '/request/reasoning/summary'],
    ['o3-pro', { reasoning: { effort: 'minimal' } }, '/request/reasoning/effort'],
    ['o3-pro', { tools: [{ type: 'image_generation' }] }, '/request/tools'],
    ['o3-pro', { temperature: 1 }, '/request/temperature'],
    ['o4-mini', { top_p: 1 }, '/request/top_p'],
    ['o3', { top_logprobs: 5 }, '/request/top_logprobs'],
    ['o3', { include: ['message.output_text.logprobs'] }, '/request/include/0'],
    ['gpt-5', { presence_penalty: 0 }, '/request/presence_penalty'],
    ['codex-mini', { logit_bias: {} }, '/request/logit_bias'],
    ['gpt-5-pro', { reasoning: { effort: 'low' } }, '/request/reasoning/effort'],
    ['o3', { max_output_tokens: 100_001 }, '/request/max_output_tokens'],
    ['gpt-image-1', {}, '/request/model'],
    ['sora', {}, '/request/model'],
  ])('%s refuses %j', (model, fields, pointer) => {
    expect(pointersOf({ ...fields, model })).toContain(pointer);
  });

  it.each<[string, Request]>([
    ['codex-mini', { reasoning: { summary: 'detailed' } }],
    ['gpt-5-pro', { reasoning: { effort: 'high' } }],
    ['gpt-4.1', { temperature: 0.2, top_p: 0.5 }],
    ['gpt-4.1', { include: ['message.output_text.logprobs'], top_logprobs: 3 }],
    ['o3-pro', { max_output_tokens: 100_000 }],
  ])('%s takes %j', (model, fields) => {
    expect(pointersOf({ ...fields, model })).toEqual([]);
  });

  it('that is not known passes, with a warning that names the deployment', () => {
    const { problems, warnings } = checking({ model: 'research', temperature: 1 });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('"research"')]);
  });

  it('is the one that the settings name', () => {
    const { problems, warnings } = checking({ model: 'research', temperature: 1 }, {}, 'o3-pro');
    expect(problems.map(({ pointer }) => pointer)).toEqual(['/request/temperature']);
    expect(warnings).toEqual([]);
  });

  it('that was guessed from the name of its deployment is said to be guessed', () => {
    const [problem] = checking({ model: 'o3-pro-eu', temperature: 1 }).problems;
    expect(problem?.detail).toContain('taken for o3-pro by its name');
  });

  it('that may not make parallel tool calls gives a warning', () => {
    const { problems, warnings } = checking({ model: 'o3-pro', parallel_tool_calls: true });
    expect([problems, warnings]).toEqual([[], [expect.stringContaining('parallel')]]);
  });
});
