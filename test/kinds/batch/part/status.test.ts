import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBatch } from '../../../../src/kinds/batch/part/batch-object.ts';
import { pollOutcomeOf } from '../../../../src/kinds/batch/part/status.ts';
import { anyJson } from '../../../support/any-json.ts';

function outcomeOf(body: Record<string, unknown>) {
  return pollOutcomeOf({ id: 'batch_1', ...body }, 'batch_1');
}

const ENDS = [
  ['completed', 'succeeded'],
  ['expired', 'expired'],
  ['cancelled', 'cancelled'],
  ['failed', 'failed'],
] as const;

/** A status as somebody may spell it: other cases, one `l`, blanks around it. */
function spellings(status: string): fc.Arbitrary<string> {
  const oneL = status.replace('cancelled', 'canceled').replace('cancelling', 'canceling');
  const camel = status.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return fc
    .constantFrom(status, oneL, camel, status.replace('_', '-'), status.replace('_', ' '))
    .chain((text) => fc.constantFrom(text, text[0]?.toUpperCase() + text.slice(1), ` ${text} `));
}

describe('a batch that was read', () => {
  it.each(ENDS)('has ended when it is %s, in any spelling', (status, end) => {
    fc.assert(
      fc.property(spellings(status), (text) => {
        expect(outcomeOf({ status: text })).toMatchObject({
          outcome: 'ended',
          result: { status: end, hasOutputs: true },
        });
      }),
    );
  });

  it('runs in every other known state, in any spelling, and says how far it is', () => {
    const running = fc.constantFrom('validating', 'in_progress', 'finalizing', 'cancelling');
    fc.assert(
      fc.property(running.chain(spellings), fc.nat(50), fc.nat(50), (status, completed, failed) => {
        const outcome = outcomeOf({ status, request_counts: { total: 100, completed, failed } });
        expect(outcome).toEqual({
          outcome: 'running',
          upstream: { id: 'batch_1', status },
          progress: completed + failed,
        });
      }),
    );
  });

  it('is polled on in a state that nobody knows, and tells of it', () => {
    expect(outcomeOf({ status: 'pondering' })).toMatchObject({
      outcome: 'running',
      unknownStatus: true,
    });
  });

  it('never ends by anything that is no known end, whatever else is in it', () => {
    const known = new Set(['completed', 'expired', 'cancelled', 'canceled', 'failed']);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anyJson()), fc.string(), (fields, status) => {
        const outcome = pollOutcomeOf({ ...fields, id: 'batch_1', status }, 'batch_1');
        const isKnown = known.has(status.trim().toLowerCase());
        expect(isKnown || outcome.outcome === 'running' || outcome.outcome === 'unreadable').toBe(
          true,
        );
      }),
    );
  });

  it('is read without failing, whatever came', () => {
    fc.assert(fc.property(anyJson(), (value) => void pollOutcomeOf(value, 'batch_1')));
  });

  it.each([
    ['seconds', 1_760_000_000],
    ['ISO 8601', '2025-10-09T08:53:20Z'],
  ])('tells its time, given in %s', (_form, created_at) => {
    const outcome = outcomeOf({ status: 'in_progress', created_at });
    expect(outcome).toMatchObject({ upstream: { createdAt: '2025-10-09T08:53:20.000Z' } });
  });

  it('is not at risk of vanishing when upstream stops working on it', () => {
    const outcome = outcomeOf({ status: 'in_progress', expires_at: 1_760_000_000 });
    expect(outcome).toEqual({
      outcome: 'running',
      upstream: { id: 'batch_1', status: 'in_progress' },
    });
  });

  it.each([[null], [{}], [{ total: 0, completed: 0, failed: 0 }], [{ total: null }], ['junk']])(
    'has no progress when its counts are %j',
    (request_counts) => {
      expect(outcomeOf({ status: 'in_progress', request_counts })).not.toHaveProperty('progress');
    },
  );

  it.each([[''], [null], [undefined], [7]])('has no file when the id of it is %j', (id) => {
    const batch = readBatch({ id: 'b', output_file_id: id, error_file_id: id, input_file_id: id });
    expect(batch).toMatchObject({
      inputFileId: undefined,
      outputFileId: undefined,
      errorFileId: undefined,
    });
  });
});

describe('a batch that failed', () => {
  const CODES = [
    'invalid_json_line',
    'too_many_tasks',
    'url_mismatch',
    'duplicate_custom_id',
    'empty_file',
    'empty_batch',
    'model_mismatch',
    'invalid_request',
    'input_modified',
    'input_no_permissions',
    'something_new',
  ];

  function failed(...data: Record<string, unknown>[]) {
    return outcomeOf({ status: 'failed', errors: { object: 'list', data } });
  }

  it.each(CODES)('is a refusal that names the line for %s', (code) => {
    const outcome = failed({ code, message: 'Something is wrong.', param: null, line: 7 });
    expect(outcome).toMatchObject({
      outcome: 'ended',
      result: { status: 'failed', error: { code: 'upstream-refused', upstream: { code } } },
    });
    expect(JSON.stringify(outcome)).toContain(`line 7: Something is wrong (${code})`);
  });

  it('is about the deployment when upstream does not know it', () => {
    expect(failed({ code: 'model_not_found', message: 'No.', line: 1 })).toMatchObject({
      result: { error: { code: 'deployment-not-found' } },
    });
  });

  it('was turned away when the queue was full, among whatever other faults', () => {
    expect(
      failed({ code: 'odd' }, { code: 'TOKEN_LIMIT_EXCEEDED', message: 'Full.' }),
    ).toMatchObject({ outcome: 'turned-away', error: { retryable: true } });
  });

  it('tells of the first faults and counts the rest', () => {
    const faults = Array.from({ length: 9 }, (_, index) => ({
      code: 'invalid_request',
      message: 'No.',
      line: index + 1,
    }));
    const text = JSON.stringify(failed(...faults));
    expect(text).toContain('line 5: No');
    expect(text).not.toContain('line 6: No');
    expect(text).toContain('and 4 more');
  });

  it.each([[null], [undefined], [{ data: null }], [{ data: [] }], [[]]])(
    'without a reason (%j) says so',
    (errors) => {
      expect(outcomeOf({ status: 'failed', errors })).toMatchObject({
        result: { status: 'failed', error: { code: 'upstream-failed' } },
      });
    },
  );
});
