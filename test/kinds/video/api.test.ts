import { expect, it } from 'vitest';
import { spokenApi } from '../../../src/kinds/video/api.ts';

it.each([
  [{ name: 'sora' }, 'jobs'],
  [{ name: 'Sora-2025-05-02' }, 'jobs'],
  [{ name: 'sora-prod' }, 'jobs'],
  [{ name: 'sora_eu' }, 'jobs'],
  [{ name: 'sora-2' }, 'videos'],
  [{ name: 'sora2' }, 'videos'],
  [{ name: 'SORA-2-pro' }, 'videos'],
  [{ name: 'sora-2-2025-12-08' }, 'videos'],
  [{ name: 'sora-3' }, 'videos'],
  [{ name: 'sora', model: 'sora-2' }, 'videos'],
  [{ name: 'sora-2', model: 'sora' }, 'jobs'],
  [{ name: 'sora-2', videoApi: 'jobs' }, 'jobs'],
  [{ name: 'sora', model: 'sora', videoApi: 'videos' }, 'videos'],
] as const)('%j speaks %s', (facts, api) => {
  expect(spokenApi(facts)).toEqual({ api, known: true });
});

it.each(['films', 'soraya', '', 'gpt-4.1'])('%j is taken for the newer API, in doubt', (name) => {
  expect(spokenApi({ name })).toEqual({ api: 'videos', known: false });
});
