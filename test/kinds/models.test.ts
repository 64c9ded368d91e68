import { describe, expect, it } from 'vitest';
import data from '../../src/kinds/models.json' with { type: 'json' };
import { modelData, recognise } from '../../src/kinds/models.ts';

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
      if (!quotas?.enterprise) continue;
      expect(quotas.default.requestsPerMinute, name).toBeLessThanOrEqual(
        quotas.enterprise.requestsPerMinute,
      );
    }
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
