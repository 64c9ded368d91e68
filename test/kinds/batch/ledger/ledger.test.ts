import { describe, expect, it } from 'vitest';
import { line } from '../doctor/rows.ts';
import { answer, closed, inputOf, refusal, result } from './results.ts';

describe('the ledger', () => {
  it('tells of every row in the order of the input, wherever its answer is', async () => {
    const { entries } = await closed({
      input: inputOf('a', 'b', 'c', 'd'),
      output: answer('d') + answer('a'),
      errors: refusal('b', 400, { code: 'content_filter', message: 'no' }),
    });
    expect(entries).toEqual([
      { custom_id: 'a', line: 1, outcome: 'succeeded', where: { file: 'output.jsonl', line: 2 } },
      {
        custom_id: 'b',
        line: 2,
        outcome: 'failed',
        code: 'content_filter',
        retryable: false,
        where: { file: 'errors.jsonl', line: 1 },
      },
      { custom_id: 'c', line: 3, outcome: 'missing', retryable: true },
      { custom_id: 'd', line: 4, outcome: 'succeeded', where: { file: 'output.jsonl', line: 1 } },
    ]);
  });

  it('passes the results on as they are', async () => {
    const output = `${answer('a')}\r\n{"half`;
    const { passed } = await closed({ input: inputOf('a'), output }, 5);
    expect(passed).toEqual({ output, errors: '' });
  });

  it('lists a failure in the output file at its true place', async () => {
    const output = answer('a') + refusal('b', 500, { message: 'oops' });
    const { entries, summary } = await closed({ input: inputOf('a', 'b'), output });
    expect(entries[1]).toMatchObject({
      outcome: 'failed',
      code: '500',
      where: { file: 'output.jsonl', line: 2 },
    });
    expect(summary).toMatchObject({ succeeded: 1, failed: 1, failedByCode: { '500': 1 } });
  });

  it('lets the first success of a row count, and warns of repeated results', async () => {
    const { entries, summary } = await closed({
      input: inputOf('a', 'b'),
      output: answer('a') + answer('a') + refusal('b', 429, { code: 'slow' }),
      errors: refusal('a', 500, { code: 'late' }) + answer('b') + refusal('b', 400, { code: 'x' }),
    });
    expect(entries).toMatchObject([
      { outcome: 'succeeded', where: { file: 'output.jsonl', line: 1 } },
      { outcome: 'succeeded', where: { file: 'errors.jsonl', line: 2 } },
    ]);
    expect(summary).toMatchObject({ rows: 2, succeeded: 2, failed: 0, failedByCode: {} });
    expect(summary.warnings).toEqual([expect.stringMatching(/^4 results repeat a custom_id/)]);
  });

  it('does not count results that nobody asked for', async () => {
    const { summary } = await closed({
      input: inputOf('a'),
      output: answer('stranger', { model: 'm', usage: { input_tokens: 5 } }) + answer('a'),
    });
    expect(summary).toMatchObject({ rows: 1, succeeded: 1, usageByModel: {} });
    expect(summary.warnings).toEqual([expect.stringMatching(/^1 results are for custom_ids/)]);
  });

  it('counts rows as missing whose results cannot be read', async () => {
    const output = `${answer('a')}\n[]\n"b"\n{"custom_id":7}\n${answer('b').slice(0, 30)}`;
    const { entries, summary } = await closed({ input: inputOf('a', 'b'), output });
    expect(entries.map(({ outcome }) => outcome)).toEqual(['succeeded', 'missing']);
    expect(summary.warnings).toEqual([
      expect.stringMatching(/^4 of the lines in output\.jsonl .* the first is line 3\./),
    ]);
  });

  it('closes with nothing at all', async () => {
    const { entries, summary } = await closed({ input: inputOf('a', 'b') });
    expect(entries.map(({ outcome }) => outcome)).toEqual(['missing', 'missing']);
    expect(summary).toEqual({
      rows: 2,
      succeeded: 0,
      failed: 0,
      missing: 2,
      failedByCode: {},
      retryable: 2,
      usageByModel: {},
      durationSeconds: 60,
      warnings: [],
    });
  });

  it('knows rows by their ids however these are written', async () => {
    const id = 'é "x" \\ \u2028 👩‍🔬';
    const escaped = JSON.stringify(id).replace('é', '\\u00e9');
    const output = answer('plain').replace('"plain"', escaped);
    const input = `${line(1, { custom_id: id })}\r\n\n`;
    const { entries } = await closed({ input, output }, 3);
    expect(entries).toMatchObject([{ custom_id: id, outcome: 'succeeded' }]);
  });

  it('keeps an entry for a row without an id', async () => {
    const { entries, summary } = await closed({ input: `no row\n${inputOf('a')}` });
    expect(entries).toMatchObject([
      { custom_id: null, line: 1 },
      { custom_id: 'a', line: 2 },
    ]);
    expect(summary).toMatchObject({ rows: 2, missing: 2 });
  });

  it('is not confused by ids that are names of an object’s own', async () => {
    const output = answer('constructor') + refusal('__proto__', 400, { code: '__proto__' });
    const { summary } = await closed({ input: inputOf('__proto__', 'constructor'), output });
    expect(summary).toMatchObject({ succeeded: 1, failed: 1 });
    expect(Object.entries(summary.failedByCode)).toEqual([['__proto__', 1]]);
  });

  it('passes over a result that is too long to read', async () => {
    const output = answer('a', { text: 'x'.repeat(33 * 1024 * 1024) }) + answer('b');
    const { summary } = await closed({ input: inputOf('a', 'b'), output });
    expect(summary).toMatchObject({ succeeded: 1, missing: 1 });
  });
});

describe('the tokens', () => {
  it('are counted by model, in the words of both APIs', async () => {
    const responses = {
      model: 'gpt-5.1',
      usage: {
        input_tokens: 100,
        input_tokens_details: { cached_tokens: 60 },
        output_tokens: 20,
        output_tokens_details: { reasoning_tokens: 8 },
        total_tokens: 120,
      },
    };
    const chat = {
      model: 'gpt-4o',
      usage: {
        prompt_tokens: 7,
        prompt_tokens_details: { cached_tokens: 3 },
        completion_tokens: 5,
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    };
    const { summary } = await closed({
      input: inputOf('a', 'b', 'c'),
      output: answer('a', responses) + answer('b', chat) + answer('c', responses),
    });
    expect(summary.usageByModel).toEqual({
      'gpt-5.1': { inputTokens: 200, cachedTokens: 120, outputTokens: 40, reasoningTokens: 16 },
      'gpt-4o': { inputTokens: 7, cachedTokens: 3, outputTokens: 5, reasoningTokens: 2 },
    });
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['no numbers', { input_tokens: 'many', output_tokens: -1 }],
    ['beyond all measure', { input_tokens: 1e300, output_tokens: null }],
  ])('are none when they are %s', async (_what, usage) => {
    const { summary } = await closed({ input: inputOf('a'), output: answer('a', { usage }) });
    expect(summary.usageByModel).toEqual({});
  });

  it('of an answer without a model are counted as of an unknown one', async () => {
    const output = answer('a', { usage: { input_tokens: 1 } });
    const { summary } = await closed({ input: inputOf('a'), output });
    expect(Object.keys(summary.usageByModel)).toEqual(['unknown']);
  });
});

describe('a row has failed', () => {
  const failures: readonly [what: string, line: string, code: string, retryable: boolean][] = [
    [
      'with an error object',
      result('a', { error: { code: 'batch_expired' } }),
      'batch_expired',
      true,
    ],
    [
      'when its batch was cancelled',
      result('a', { error: { code: 'batch_cancelled' } }),
      'batch_cancelled',
      true,
    ],
    ['with an error that is text', result('a', { error: 'server_error' }), 'server_error', true],
    ['with an error that is a sentence', result('a', { error: 'It broke.' }), 'unknown', false],
    ['with a numeric code', result('a', { error: { code: 503 } }), '503', true],
    ['with nothing at all', result('a', {}), 'unknown', false],
    ['with a status alone', answer('a', {}, 429), '429', true],
    ['with a status as text', answer('a', {}, '500'), '500', true],
    ['without a status', answer('a', { output: [] }, null), 'unknown', false],
    ['when throttled', refusal('a', 429, { code: 'RateLimitReached' }), 'RateLimitReached', true],
    ['after a timeout', refusal('a', 408, { code: 'Timeout' }), 'Timeout', true],
    ['when unknown upstream', refusal('a', 404, { code: 'NotFound' }), 'NotFound', false],
    ['as invalid', refusal('a', 400, { code: 'invalid_value' }), 'invalid_value', false],
    [
      'with a type only',
      refusal('a', 400, { type: 'invalid_request_error' }),
      'invalid_request_error',
      false,
    ],
    [
      'at the content filter',
      refusal('a', 400, { code: 'content_filter' }),
      'content_filter',
      false,
    ],
    [
      'at the content filter, told within',
      refusal('a', 429, { code: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } }),
      'x',
      false,
    ],
    [
      'in a response that failed with 200',
      answer('a', { status: 'failed', error: { code: 'server_error' } }),
      'server_error',
      true,
    ],
    [
      'with an error beside an answer',
      result('a', { response: { status_code: 200, body: {} }, error: { code: 'odd' } }),
      'odd',
      false,
    ],
    [
      'with a body that is text',
      result('a', { response: { status_code: 502, body: 'Bad Gateway' } }),
      '502',
      true,
    ],
    [
      'with a code that never ends',
      refusal('a', 400, { code: 'x'.repeat(5000) }),
      'x'.repeat(100),
      false,
    ],
  ];

  it.each(failures)('%s', async (_what, errors, code, retryable) => {
    const { entries, summary } = await closed({ input: inputOf('a'), errors });
    expect(entries).toMatchObject([{ outcome: 'failed', code, retryable }]);
    expect(summary).toMatchObject({ failedByCode: { [code]: 1 }, retryable: retryable ? 1 : 0 });
  });

  it.each([
    ['null', null],
    ['empty text', ''],
    ['an empty object', {}],
  ])('but not with %s for an error', async (_what, error) => {
    const output = result('a', { response: { status_code: 200, body: {} }, error });
    const { summary } = await closed({ input: inputOf('a'), output });
    expect(summary).toMatchObject({ succeeded: 1 });
  });

  it('but not when its response is merely incomplete', async () => {
    const output = answer('a', { status: 'incomplete', error: null });
    expect((await closed({ input: inputOf('a'), output })).summary).toMatchObject({ succeeded: 1 });
  });

  it('for more reasons than a summary can list', async () => {
    const ids = Array.from({ length: 1200 }, (_, i) => `row-${i}`);
    const errors = ids.map((id) => refusal(id, 400, { code: `code-${id}` })).join('');
    const { summary } = await closed({ input: inputOf(...ids), errors });
    expect(Object.keys(summary.failedByCode)).toHaveLength(1001);
    expect(summary.failedByCode['other']).toBe(200);
  });
});
