import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Options } from '../../../src/jobs/envelope.ts';
import type { Check, VideoApi } from '../../../src/kinds/kind.ts';
import { check } from '../../../src/kinds/video/check.ts';
import {
  DEPLOYMENTS,
  JOBS_REQUEST,
  pngOf,
  VIDEOS_REQUEST,
  type JsonObject,
} from './support/video-upstream.ts';
import { anyJson } from '../../support/any-json.ts';

const REQUESTS = { jobs: JOBS_REQUEST, videos: VIDEOS_REQUEST } as const;

/** Checks a good request with some fields changed. */
function checking(api: VideoApi, fields: JsonObject = {}, options: Options = {}): Check {
  return check({ ...REQUESTS[api], ...fields }, options, DEPLOYMENTS[api]);
}

function problemsOf(api: VideoApi, fields: JsonObject): string[] {
  return checking(api, fields).problems.map(({ pointer, detail }) => `${pointer} ${detail}`);
}

function picture(width: number, height: number, type = 'png'): JsonObject {
  const base64 = pngOf(width, height).toString('base64');
  return { input_reference: { image_url: `data:image/${type};base64,${base64}` } };
}

describe.each<VideoApi>(['jobs', 'videos'])('a request to the API %s', (api) => {
  it('is accepted as documented, and names its deployment', () => {
    expect(checking(api)).toEqual({
      deployment: REQUESTS[api].model,
      problems: [],
      warnings: [],
    });
  });

  it('passes fields that nobody has heard of', () => {
    expect(checking(api, { new_field: { deep: [1] }, audio: true }).problems).toEqual([]);
  });

  it('may have the longest prompt, counted in characters and not in bytes', () => {
    const most = { jobs: 4_000, videos: 32_000 }[api];
    expect(checking(api, { prompt: '🌊'.repeat(most) }).problems).toEqual([]);
    expect(problemsOf(api, { prompt: `${'🌊'.repeat(most)}!` })).toEqual([
      `/request/prompt found a prompt of ${most + 1} characters: must be at most ${most} characters long`,
    ]);
  });

  it.each([
    [{ model: undefined }, '/request/model is missing: must be the name of a deployment'],
    [{ model: 'a/../b' }, '/request/model found a string of 6 characters: must be the name'],
    [{ prompt: undefined }, '/request/prompt is missing: must be a string'],
    [{ prompt: '' }, '/request/prompt found a string of 0 characters: must not be empty'],
    [{ prompt: null }, '/request/prompt found null: must be a string'],
    [{ prompt: ['x'] }, '/request/prompt found a list of 1: must be a string'],
  ])('is refused with %j', (fields, problem) => {
    expect(problemsOf(api, fields)).toEqual([expect.stringContaining(problem)]);
  });

  it('is told of options that mean nothing to a video', () => {
    const options = { imageGenerationDeployment: 'gpt-image', fillDeployment: true };
    expect(checking(api, {}, options).problems.map(({ pointer }) => pointer)).toEqual([
      '/options/imageGenerationDeployment',
      '/options/fillDeployment',
    ]);
  });

  it('never repeats the prompt in a problem', () => {
    const { problems } = checking(api, { prompt: 'planted '.repeat(9_000) });
    expect(JSON.stringify(problems)).not.toContain('planted');
  });

  it('is checked whatever it holds', () => {
    const numbers = fc.constantFrom('width', 'height', 'n_seconds', 'n_variants', 'seconds');
    const others = fc.constantFrom('model', 'prompt', 'size', 'input_reference', 'inpaint_items');
    const names = fc.oneof(numbers, others);
    fc.assert(
      fc.property(fc.dictionary(names, anyJson()), (request) => {
        const { problems, warnings } = check(request, {}, DEPLOYMENTS[api]);
        expect(problems.every(({ pointer }) => pointer.startsWith('/request/'))).toBe(true);
        expect(warnings.length).toBeLessThan(3);
      }),
    );
  });
});

describe('a request to Sora 1', () => {
  const SIZES = [
    ...[480, 720, 1080].map((side) => [side, side]),
    ...[
      [480, 854],
      [720, 1280],
      [1080, 1920],
    ].flatMap(([a = 0, b = 0]) => [
      [a, b],
      [b, a],
    ]),
  ];

  it.each(SIZES)('may be of %i x %i', (width, height) => {
    expect(checking('jobs', { width, height, n_variants: 1 }).problems).toEqual([]);
  });

  it.each([
    [640, 480],
    [854, 854],
    [1920, 1920],
    [0, 0],
    [-480, 480],
  ])('is refused at %i x %i, with all sizes that there are', (width, height) => {
    expect(problemsOf('jobs', { width, height, n_variants: 1 })).toEqual([
      `/request/width found ${width}x${height} with height: width and height must be one of 480x480, 480x854, 854x480, 720x720, 720x1280, 1280x720, 1080x1080, 1080x1920, 1920x1080`,
    ]);
  });

  it.each([
    [480, 480, 4],
    [480, 854, 4],
    [854, 480, 4],
    [720, 720, 2],
    [720, 1280, 2],
    [1280, 720, 2],
    [1080, 1080, 1],
    [1080, 1920, 1],
    [1920, 1080, 1],
  ])('makes at %i x %i at most %i variants', (width, height, most) => {
    const withVariants = (n_variants: number) =>
      problemsOf('jobs', { width, height, n_variants }).join();
    expect(withVariants(most)).toBe('');
    expect(withVariants(most + 1)).toMatch(
      new RegExp(`^/request/n_variants found ${most + 1}: must be at most ${most}`),
    );
  });

  it.each([
    [{ width: undefined }, '/request/width is missing: must be a number'],
    [{ height: undefined }, '/request/height is missing: must be a number'],
    [{ height: '480' }, '/request/height found a string: must be a number'],
    [{ n_seconds: 0 }, '/request/n_seconds found 0: must be at least 1'],
    [{ n_seconds: 21 }, '/request/n_seconds found 21: must be at most 20'],
    [{ n_seconds: 2.5 }, '/request/n_seconds found a number: must be an integer'],
    [{ n_seconds: '5' }, '/request/n_seconds found a string: must be a number'],
    [{ n_variants: 0 }, '/request/n_variants found 0: must be at least 1'],
    [{ n_variants: 5 }, '/request/n_variants found 5: must be at most 4'],
    [{ inpaint_items: [] }, '/request/inpaint_items is not yet supported'],
    [{ size: '480x480' }, '/request/size is no field of the API of Sora 1'],
    [{ seconds: '4' }, 'which the deployment "sora" speaks: use n_seconds, 1 to 20'],
    [{ input_reference: {} }, '/request/input_reference is no field of the API of Sora 1'],
  ])('is refused with %j', (fields, problem) => {
    expect(problemsOf('jobs', fields)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([1, 20])('may be %i seconds long', (n_seconds) => {
    expect(checking('jobs', { n_seconds }).problems).toEqual([]);
  });
});

describe('a request to Sora 2', () => {
  it.each(['720x1280', '1280x720'])('may be of size %s', (size) => {
    expect(checking('videos', { size })).toMatchObject({ problems: [], warnings: [] });
  });

  it.each(['1024x1792', '1792x1024'])('may be of size %s, with a warning', (size) => {
    expect(checking('videos', { size })).toMatchObject({
      problems: [],
      warnings: [expect.stringContaining(`refuse size ${size}`)],
    });
  });

  it.each(['4', '8', '12'])('may be "%s" seconds long', (seconds) => {
    expect(checking('videos', { seconds }).problems).toEqual([]);
  });

  it.each([
    [{ seconds: 8 }, '/request/seconds found 8: must be one of "4", "8", "12"'],
    [{ seconds: '5' }, '/request/seconds found "5": must be one of "4", "8", "12"'],
    [
      { size: '480x480' },
      '/request/size found "480x480": must be one of "720x1280", "1280x720", "1024x1792", "1792x1024"',
    ],
    [{ size: 720 }, '/request/size found 720: must be one of'],
    [{ width: 720 }, '/request/width is no field of the API of Sora 2 (/videos)'],
    [{ height: 720 }, 'speaks: use size, for example "1280x720"'],
    [{ n_seconds: 5 }, 'use seconds, which is "4", "8" or "12"'],
    [{ n_variants: 2 }, 'leave it out, and hand in a job for each video'],
    [{ inpaint_items: [] }, '/request/inpaint_items is no field of the API of Sora 2'],
    [{ input_reference: 'cat.png' }, '/request/input_reference found a string: must be an object'],
    [{ input_reference: {} }, 'must have exactly one of image_url and file_id'],
    [
      { input_reference: { image_url: 'https://a.example/a.png', file_id: 'file-1' } },
      'must have exactly one of image_url and file_id',
    ],
    [
      { input_reference: { image_url: 'ftp://a.example' } },
      '/request/input_reference/image_url found a string of 15 characters: must begin with https://',
    ],
    [
      { input_reference: { image_url: 'data:image/gif;base64,R0lGODlh' } },
      'must begin with https:// or with data:image/jpeg;base64, (or png, or webp)',
    ],
  ])('is refused with %j', (fields, problem) => {
    expect(problemsOf('videos', fields)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([{ image_url: 'https://a.example/a.png' }, { file_id: 'file-1' }])(
    'may refer to a picture by %j',
    (input_reference) => {
      expect(checking('videos', { input_reference }).problems).toEqual([]);
    },
  );

  it('may bring its picture along, of exactly the size of the video', () => {
    expect(checking('videos', picture(1280, 720)).problems).toEqual([]);
    expect(checking('videos', { ...picture(720, 1280), size: undefined }).problems).toEqual([]);
    expect(problemsOf('videos', picture(720, 1280))).toEqual([
      '/request/input_reference/image_url holds a picture of 720x1280 pixels: it must be exactly 1280x720, the size of the video. Scale it, or ask for another size',
    ]);
  });

  it('is refused when what it brings along is no picture', () => {
    const input_reference = { image_url: 'data:image/png;base64,c29tZXRoaW5n' };
    expect(problemsOf('videos', { input_reference })).toEqual([
      expect.stringContaining('holds no picture, by its first bytes'),
    ]);
  });
});
