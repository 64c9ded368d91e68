import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobQuery } from '../../../src/azure/http/job-query.ts';
import { LonghaulError } from '../../../src/jobs/errors.ts';

function read(query: string) {
  return jobQuery(new URLSearchParams(query));
}

describe('jobQuery', () => {
  it('lists fifty of all jobs when nothing is asked for', () => {
    expect(read('')).toEqual({ top: 50 });
  });

  it('reads every parameter', () => {
    const query = 'kind=response&status=running&label=team:a:b&top=1000&continuationToken=abc';
    expect(read(query)).toEqual({
      kind: 'response',
      status: 'running',
      label: { key: 'team', value: 'a:b' },
      top: 1_000,
      continuationToken: 'abc',
    });
  });

  it('takes the empty value of a label', () => {
    expect(read('label=team:').label).toEqual({ key: 'team', value: '' });
  });

  it.each([
    ['kind=song', '"kind" must be one of response'],
    ['kind=', '"kind" must be one of'],
    ['status=done', '"status" must be one of queued'],
    ['label=team', '"label" must be a key and a value'],
    ['label=:x', '"label" must be a key and a value'],
    ['top=0', '"top" must be a whole number from 1 to 1000'],
    ['top=1001', '"top"'],
    ['top=1.5', '"top"'],
    ['top=', '"top"'],
    ['top=many', '"top"'],
  ])('refuses ?%s and names the parameter', (query, message) => {
    expect(() => read(query)).toThrow(message);
    expect(() => read(query)).toThrow(expect.objectContaining({ code: 'invalid-query' }));
  });

  it('throws nothing but a LonghaulError', () => {
    const name = fc.constantFrom('kind', 'status', 'label', 'top', 'continuationToken', 'x');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (parameters) => {
        try {
          jobQuery(new URLSearchParams(parameters));
        } catch (error) {
          expect(error).toBeInstanceOf(LonghaulError);
        }
      }),
    );
  });
});
