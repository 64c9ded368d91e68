import { describe, expect, it } from 'vitest';
import data from '../../src/kinds/models.json' with { type: 'json' };
import type { DeploymentFacts } from '../../src/kinds/kind.ts';
import { documentedLimits, modelData, recognise, type Quota } from '../../src/kinds/models.ts';

describe('models.json', () => {
  it('has the shape that the code takes it for', () => {
    expect(modelData.safeParse(data).error?.issues).toBeUndefined();
  });

  it('names each model once', () => {
    const names = data.models.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('allows a default tier no more than an enterprise one', () => {
    for (const { name, quotas } of modelData.parse(data).models) {
      const standard = new Map(Object.entries(quotas?.default ?? {}));
      for (const [limit, most] of Object.entries(quotas?.enterprise ?? {})) {
        expect(standard.get(limit), `${limit} of ${name}`).toBeLessThanOrEqual(Number(most));
      }
    }
  });
});

describe('documentedLimits', () => {
  it.each<[string, DeploymentFacts, Quota]>([
    ['o3-pro', { name: 'o3-pro' }, { tokensPerMinute: 1_600_000, requestsPerMinute: 160 }],
    ['Sora 1', { name: 'sora' }, { concurrent: 2, requestsPerMinute: 60 }],
    ['Sora 2', { name: 'sora-2' }, { concurrent: 2, requestsPerMinute: 60, createsPerMinute: 2 }],
    ['images', { name: 'gpt-image-1' }, { requestsPerMinute: 6 }],
    ['a batch model', { name: 'x', model: 'gpt-4.1' }, { enqueuedTokens: 200_000_000 }],
    ['an unknown model', { name: 'research' }, {}],
    ['a model without documented quotas', { name: 'gpt-5.2' }, {}],
  ])('of %s are those of the default tier', (_what, facts, expected) => {
    expect(documentedLimits(facts, 'default')).toEqual(expected);
  });

  it('are larger for an enterprise agreement, where one is documented', () => {
    expect(documentedLimits({ name: 'o3-pro' }, 'enterprise')).toEqual({
      tokensPerMinute: 16_000_000,
      requestsPerMinute: 1_600,
    });
    expect(documentedLimits({ name: 'sora' }, 'enterprise').concurrent).toBe(2);
  });

  it('follow the video API where the settings name that and no known model', () => {
    const facts = { name: 'clips', videoApi: 'videos' } as const;
    expect(documentedLimits(facts, 'default').createsPerMinute).toBe(2);
  });
});

describe('recognise', () => {
  it.each([
    ['o3-pro', 'o3-pro'],
    ['o3-pro-prod', 'o3-pro'],
    ['O3-Pro_EU', 'o3-pro'],
    ['o3', 'o3'],
    ['o3-2025-04-16', 'o3'],
    ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini'],
    ['gpt-5.1-batch', 'gpt-5.1'],
    ['gpt-5-pro', 'gpt-5-pro'],
    ['gpt-image-1', 'gpt-image-1'],
  ])('takes deployment %s for %s, as a guess', (name, expected) => {
    expect(recognise({ name })).toMatchObject({ model: { name: expected }, guessed: true });
  });

  it.each(['gpt-5.9', 'o33', 'my-o3', 'gpt-4omni', '', 'research'])(
    'takes deployment %j for no known model',
    (name) => {
      expect(recognise({ name })).toBeUndefined();
    },
  );

  it('believes the settings before the name', () => {
    const recognised = recognise({ name: 'gpt-4o', model: 'o3-pro' });
    expect(recognised).toMatchObject({ model: { name: 'o3-pro' }, guessed: false });
    expect(recognise({ name: 'gpt-4o', model: 'mistral' })).toBeUndefined();
  });
});
