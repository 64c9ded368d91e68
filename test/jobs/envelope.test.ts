import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOB_PATH, pointerOf, readEnvelope } from '../../src/jobs/envelope.ts';
import { LonghaulError } from '../../src/jobs/errors.ts';

const valid = { kind: 'response', request: { model: 'o3', input: 'Say something.' } };

function refusal(value: unknown): LonghaulError {
  try {
    readEnvelope(value);
  } catch (error) {
    if (error instanceof LonghaulError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function pointersOf(value: unknown): string[] {
  return refusal(value).fields.map(({ pointer }) => pointer);
}

describe('readEnvelope', () => {
  it('fills in empty options and labels', () => {
    expect(readEnvelope(valid)).toEqual({ ...valid, options: {}, labels: {} });
  });

  it('leaves the request as it is: it is its kind that judges it', () => {
    const request = { model: 5, whatever: [null, { deep: true }] };
    expect(readEnvelope({ ...valid, request }).request).toEqual(request);
  });

  it('takes every option', () => {
    const options = {
      deadline: 'P7D',
      priority: 'high',
      keepUpstream: false,
      onUncertainSubmission: 'resubmit',
      imageGenerationDeployment: 'gpt-image',
    };
    expect(readEnvelope({ ...valid, options }).options).toEqual(options);
  });

  it('takes a blob instead of a request', () => {
    const input = { blob: 'inbox/requests/question.json' };
    expect(readEnvelope({ kind: 'response', input }).input).toEqual(input);
  });

  it.each([null, 'text', 5, [valid], undefined])('refuses %j, which is no object', (value) => {
    expect(refusal(value).code).toBe('invalid-envelope');
  });

  it('tells an unknown kind from every other mistake, without repeating it', () => {
    const error = refusal({ ...valid, kind: 'toString' });
    expect(error.code).toBe('unknown-kind');
    expect(error.message).not.toContain('toString');
    expect(error.fields).toEqual([
      { pointer: '/kind', detail: 'must be one of response, video, batch, fine-tuning' },
    ]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a missing kind', { kind: undefined }, '/kind'],
    ['neither request nor input', { request: undefined }, '/request'],
    ['a request that is a list', { request: [] }, '/request'],
    ['an unknown field', { requets: {} }, '/requets'],
    ['an unknown field with / and ~ in its name', { 'a/b~c': 1 }, '/a~1b~0c'],
    ['a field of an inherited name', { constructor: 1 }, '/constructor'],
    ['an unknown option', { options: { retries: 3 } }, '/options/retries'],
    ['an empty id', { id: '' }, '/id'],
    ['an id of 65 characters', { id: 'a'.repeat(65) }, '/id'],
    ['an id that is a number', { id: 7 }, '/id'],
    ['a deadline that is no duration', { options: { deadline: '24h' } }, '/options/deadline'],
    ['a deadline below a minute', { options: { deadline: 'PT59S' } }, '/options/deadline'],
    ['a deadline above 30 days', { options: { deadline: 'P31D' } }, '/options/deadline'],
    ['an unknown priority', { options: { priority: 'urgent' } }, '/options/priority'],
    ['a word for a truth value', { options: { keepUpstream: 'no' } }, '/options/keepUpstream'],
    [
      'an unknown answer to uncertainty',
      { options: { onUncertainSubmission: 'retry' } },
      '/options/onUncertainSubmission',
    ],
    [
      'a deployment name that would break a header',
      { options: { imageGenerationDeployment: 'a\r\nb' } },
      '/options/imageGenerationDeployment',
    ],
    ['a label that is a number', { labels: { team: 5 } }, '/labels/team'],
    ['a label of 129 characters', { labels: { team: 'x'.repeat(129) } }, '/labels/team'],
    ['a label with a control character', { labels: { team: 'a\nb' } }, '/labels/team'],
    [
      'a label key of 33 characters',
      { labels: { ['k'.repeat(33)]: 'v' } },
      `/labels/${'k'.repeat(33)}`,
    ],
    ['a label key with a space', { labels: { 'a b': 'v' } }, '/labels/a b'],
    ['input without a blob', { input: {} }, '/input/blob'],
    ['an unknown field of input', { input: { blob: 'inbox/a', url: 'x' } }, '/input/url'],
  ])('points at %s', (_what, fields, pointer) => {
    expect(pointersOf({ ...valid, ...fields })).toContain(pointer);
  });

  it('takes ten labels and refuses eleven', () => {
    const labels = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'v']));
    expect(Object.keys(readEnvelope({ ...valid, labels: labels(10) }).labels)).toHaveLength(10);
    expect(pointersOf({ ...valid, labels: labels(11) })).toEqual(['/labels']);
  });

  it('names every mistake at once', () => {
    expect(pointersOf({ ...valid, id: 'a b', labels: { team: 1 }, extra: true })).toEqual([
      '/id',
      '/labels/team',
      '/extra',
    ]);
  });

  it.each(['../x', 'a/b', 'a\\b', '.', '..', 'a%2fb', 'a b', 'ä', 'a\n', '\u0000'])(
    'refuses the id %j, which could lead elsewhere',
    (id) => {
      expect(pointersOf({ ...valid, id })).toEqual(['/id']);
    },
  );

  it.each([
    'inbox',
    'inbox/',
    '/inbox/a.json',
    'inbox//a.json',
    'inbox/../state/a.json',
    'inbox/a/..',
    'inbox/./a.json',
    'inbox/a\\..\\b',
    'inbox/%2e%2e/state',
    'inbox/a?sv=1',
    'inbox/a#b',
    'inbox/a\nb',
    'INBOX/a',
    'https://account.example/inbox/a',
  ])('refuses the blob %j, which some reader could take for another place', (blob) => {
    expect(pointersOf({ kind: 'response', input: { blob } })).toEqual(['/input/blob']);
  });

  it('never takes a path with a segment that leads upwards', () => {
    const segment = fc.constantFrom('..', '.', '', 'a', 'inbox', '..a', 'b..', '%2e', '\\');
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
        const path = ['inbox', ...segments].join('/');
        const leadsAstray = segments.some((part) => ['..', '.', ''].includes(part));
        if (leadsAstray) expect(BLOB_PATH.test(path)).toBe(false);
      }),
    );
  });

  it('cannot be made to change what all objects inherit', () => {
    readEnvelope(JSON.parse('{"kind":"response","request":{"__proto__":{"polluted":true}}}'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(
      pointersOf(JSON.parse('{"kind":"response","request":{},"__proto__":{"id":"x"}}')),
    ).toEqual(['/__proto__']);
  });

  it('throws nothing but a LonghaulError with pointers, whatever JSON it gets', () => {
    const field = fc.constantFrom(
      'id',
      'kind',
      'request',
      'input',
      'options',
      'labels',
      '__proto__',
      'toString',
    );
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.dictionary(field, fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant('response'))),
    );
    fc.assert(
      fc.property(anything, (value) => {
        try {
          readEnvelope(value);
        } catch (error) {
          expect(error).toBeInstanceOf(LonghaulError);
          const { fields } = error as LonghaulError;
          expect(fields.length).toBeGreaterThan(0);
          for (const { pointer } of fields) expect(pointer).toMatch(/^(?:\/|$)/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads its own result again as the same envelope', () => {
    const key = fc.stringMatching(/^[A-Za-z0-9._-]{1,32}$/).filter((name) => name !== '__proto__');
    const value = fc.string({ maxLength: 128 }).filter((text) => !/\p{Cc}/u.test(text));
    const envelope = fc.record(
      {
        id: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
        kind: fc.constantFrom('response', 'video', 'batch', 'fine-tuning'),
        request: fc.dictionary(
          fc.string().filter((name) => name !== '__proto__'),
          fc.jsonValue(),
        ),
        options: fc.record(
          {
            deadline: fc.constantFrom('PT1M', 'PT24H', 'P30D'),
            priority: fc.constantFrom('low', 'normal', 'high'),
            keepUpstream: fc.boolean(),
          },
          { requiredKeys: [] },
        ),
        labels: fc.dictionary(key, value, { maxKeys: 10 }),
      },
      { requiredKeys: ['kind', 'request'] },
    );
    fc.assert(
      fc.property(envelope, (given) => {
        const once = readEnvelope(JSON.parse(JSON.stringify(given)));
        expect(once).toMatchObject(JSON.parse(JSON.stringify(given)));
        expect(readEnvelope(JSON.parse(JSON.stringify(once)))).toEqual(once);
      }),
    );
  });
});

describe('pointerOf', () => {
  it('escapes as RFC 6901 says', () => {
    expect(pointerOf(['a/b', 'm~n', 0])).toBe('/a~1b/m~0n/0');
    expect(pointerOf([])).toBe('');
  });
});
