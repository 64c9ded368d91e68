import { describe, expect, it } from 'vitest';
import type { DeploymentFacts } from '../../../src/kinds/kind.ts';
import { check } from '../../../src/kinds/video/check.ts';
import { JOBS_REQUEST, VIDEOS_REQUEST, type JsonObject } from './support/video-upstream.ts';

describe('the deployment of a video', () => {
  const checkedFor = (facts: DeploymentFacts, request: JsonObject = VIDEOS_REQUEST) =>
    check({ ...request, model: facts.name }, {}, facts);

  it('may be of a model that nobody knows, with a warning', () => {
    expect(checkedFor({ name: 'films' })).toMatchObject({
      problems: [],
      warnings: [expect.stringContaining('Say which with videoApi')],
    });
  });

  it('is told how to say that it speaks the other API, when its model is not known', () => {
    const { problems } = checkedFor({ name: 'films' }, { ...JOBS_REQUEST });
    expect(problems.map(({ pointer }) => pointer)).toEqual(
      ['width', 'height', 'n_seconds', 'n_variants'].map((field) => `/request/${field}`),
    );
    expect(problems[0]?.detail).toContain('say so with videoApi in its settings');
    expect(checkedFor({ name: 'films', videoApi: 'jobs' }, JOBS_REQUEST).problems).toEqual([]);
  });

  it('is refused when its model makes no videos', () => {
    const problem = {
      pointer: '/request/model',
      detail: expect.stringContaining('makes no videos; it is for the kind response'),
    };
    expect(checkedFor({ name: 'o3-pro' }).problems).toEqual([problem]);
    expect(checkedFor({ name: 'x', model: 'o3-pro', videoApi: 'videos' }).problems).toEqual([
      problem,
    ]);
  });

  it('may have a misleading name, when the settings say which API it speaks', () => {
    expect(checkedFor({ name: 'o3-videos', videoApi: 'videos' }).problems).toEqual([]);
  });
});
