import { describe, expect, it } from 'vitest';
import type { Options } from '../../../src/jobs/envelope.ts';
import { batch } from '../../../src/kinds/batch/batch.ts';
import type { DeploymentFacts } from '../../../src/kinds/kind.ts';

const FACTS: DeploymentFacts = { name: 'gpt-4.1-batch', model: 'gpt-4.1' };

function checking(
  fields: Record<string, unknown>,
  options: Options = {},
  facts: DeploymentFacts = FACTS,
) {
  return batch.check({ model: 'gpt-4.1-batch', ...fields }, options, facts);
}

const pointersOf = (fields: Record<string, unknown>, options: Options = {}) =>
  checking(fields, options).problems.map(({ pointer }) => pointer);

const pairs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'value']));

describe('the request of a batch', () => {
  it.each([
    ['nothing but the deployment', {}],
    ['the endpoint of the rows', { endpoint: '/v1/responses' }],
    ['chat completions, spelt in both ways', { endpoint: '/chat/completions' }],
    ['the only window there is', { completion_window: '24h' }],
    ['as many pairs of metadata as Longhaul leaves', { metadata: pairs(14) }],
    [
      'an expiry of outputs',
      { output_expires_after: { anchor: 'created_at', seconds: 1_209_600 } },
    ],
    ['null for what is left out', { endpoint: null, metadata: null, input_file_id: null }],
    ['fields that upstream may add', { priority_lane: 'express' }],
  ])('may hold %s', (_what, fields) => {
    expect(pointersOf(fields)).toEqual([]);
    expect(checking(fields).deployment).toBe('gpt-4.1-batch');
  });

  it.each([
    ['no deployment', { model: undefined }, '/request/model'],
    ['an endpoint that batches do not take', { endpoint: '/v1/videos' }, '/request/endpoint'],
    ['another window', { completion_window: '1h' }, '/request/completion_window'],
    ['more metadata than is left', { metadata: pairs(15) }, '/request/metadata'],
    ['metadata that is no text', { metadata: { a: 1 } }, '/request/metadata/a'],
    ['metadata of ours', { metadata: { longhaul_job: 'x' } }, '/request/metadata'],
    [
      'outputs that expire too soon',
      { output_expires_after: { anchor: 'created_at', seconds: 3_600 } },
      '/request/output_expires_after/seconds',
    ],
    ['a file that was uploaded elsewhere', { input_file_id: 'file-1' }, '/request/input_file_id'],
    ['input in storage', { input_blob: 'https://a.example/b' }, '/request/input_blob'],
    [
      'output to storage',
      { output_folder: { url: 'https://a.example' } },
      '/request/output_folder',
    ],
    ['rows of its own', { requests: [{}] }, '/request/requests'],
    ['the body of one row', { messages: [] }, '/request/messages'],
  ])('may not hold %s', (_what, fields, pointer) => {
    expect(pointersOf(fields)).toEqual([pointer]);
  });

  it('may name an endpoint that the settings allow for the deployment', () => {
    const facts = { ...FACTS, batchEndpoints: ['/v1/embeddings'] };
    expect(checking({ endpoint: '/v1/embeddings' }, {}, facts).problems).toEqual([]);
  });

  it('says that batches with storage of their own come later', () => {
    expect(checking({ input_blob: 'x' }).problems[0]?.detail).toContain('come later');
  });
});

describe('the options of a batch', () => {
  it.each<Options>([
    { deadline: 'P3D', priority: 'high', keepUpstream: true },
    { fillDeployment: true },
  ])('may be %j', (options) => {
    expect(pointersOf({}, options)).toEqual([]);
  });

  it.each<Options>([{ onUncertainSubmission: 'resubmit' }, { imageGenerationDeployment: 'image' }])(
    'may not be %j, which means nothing to it',
    (options) => {
      expect(pointersOf({}, options)).toEqual([`/options/${Object.keys(options)[0]}`]);
    },
  );
});

describe('the model of a batch', () => {
  it('is told of when it is known and not known to take batches', () => {
    expect(checking({}, {}, { name: 'o3-pro' }).warnings).toHaveLength(1);
  });

  it('passes without a word when it is not known', () => {
    expect(checking({}, {}, { name: 'brand-new' }).warnings).toEqual([]);
  });
});
