import { describe, expect, it } from 'vitest';
import { ERRORS, jobError, LonghaulError, problemOf } from '../../src/jobs/errors.ts';

describe('problemOf', () => {
  it('shapes an error as RFC 9457 says, with a pointer for each bad field', () => {
    const fields = [{ pointer: '/id', detail: 'is taken' }];
    expect(problemOf(new LonghaulError('id-conflict', 'Choose another id.', fields))).toEqual({
      type: 'urn:longhaul:problem:id-conflict',
      title: 'Another job already has this id and other content',
      status: 409,
      detail: 'Choose another id.',
      code: 'id-conflict',
      retryable: false,
      errors: fields,
    });
  });

  it('leaves the list of fields out when there are none', () => {
    expect(problemOf(new LonghaulError('job-not-found', 'None.'))).not.toHaveProperty('errors');
  });
});

describe('ERRORS', () => {
  it.each(Object.entries(ERRORS))('%s is an error by its HTTP status', (_code, { status }) => {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
  });
});

describe('jobError', () => {
  it('says whether doing the same again can help', () => {
    expect(jobError('content-filter', 'No.').retryable).toBe(false);
    expect(jobError('deadline', 'Too late.').retryable).toBe(true);
  });
});
