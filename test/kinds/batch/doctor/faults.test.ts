import { describe, expect, it } from 'vitest';
import { DEPLOYMENT, examine, faultsOf, fitOf, line, rows, type RulesChange } from './rows.ts';

/** A line made of two pieces; the fault is where the second begins. */
type Broken = readonly [what: string, before: string, after: string, problem: RegExp];

const START = `{"custom_id":"x","method":"POST","url":"/v1/responses","body":`;

const BROKEN: readonly Broken[] = [
  ['text', '', 'Dear batch', /begins with "{"; here is "D"/],
  ['a list around the rows', '', `[${line(7)}]`, /begins with "{"; here is "\["/],
  ['a comma after the row', line(7), ',', /After the end of the row there is ","/],
  ['two rows', `${line(7)} `, line(8), /After the end of the row there is "{"/],
  ['single quotes', '{', `'custom_id':'x'}`, /name in double quotes is expected; here is "'"/],
  ['a bare name', '{', 'custom_id:"x"}', /name in double quotes is expected; here is "c"/],
  ['a missing colon', '{"custom_id" ', '"x"}', /":" is expected after a name; here is """/],
  ['a missing comma', '{"custom_id":"x" ', '"method":"POST"}', /"," or the closing bracket/],
  ['an unescaped quote', `${START}{"input":"say "`, 'hello"}}', /"," or the closing bracket/],
  ['a trailing comma', `${START}{"model":"m"`, ',}}', /comma before a closing bracket/],
  ['a trailing comma in a list', `${START}{"input":[1`, ', ]}}', /comma before a closing bracket/],
  ['True', `${START}{"store":`, 'True}}', /value is expected; here is "T"/],
  ['NaN', `${START}{"top_p":`, 'NaN}}', /value is expected; here is "N"/],
  ['undefined', START, 'undefined}', /value is expected; here is "u"/],
  ['a broken literal', `${START}{"store":`, 'tru}}', /value is expected; here is "t"/],
  ['a leading zero', `${START}{"top_p":0`, '1}}', /"," or the closing bracket/],
  ['a plus sign', `${START}{"top_p":`, '+1}}', /value is expected; here is "\+"/],
  ['a point without digits', `${START}{"top_p":1.`, '}}', /number is not written as JSON/],
  ['an exponent without digits', `${START}{"top_p":1e`, '}}', /number is not written as JSON/],
  ['a raw tab in a string', `${START}{"input":"a`, '\tb"}}', /In a string .* U\+0009/],
  ['a raw NUL in a string', `${START}{"input":"a`, '\0"}}', /In a string .* U\+0000/],
  ['an unknown escape', `${START}{"input":"C:\\`, 'data"}}', /After a backslash .* "d"/],
  ['a short unicode escape', `${START}{"input":"\\u12`, 'g4"}}', /After a backslash .* "g"/],
  ['a no-break space', '{', '\u00A0"custom_id":"x"}', /here is a character outside ASCII/],
  ['a CR between values', '{"custom_id":"x",', '\r"method":"POST"}', /carriage return/],
  ['a CR in a string', `${START}{"input":"a`, '\rb"}}', /carriage return/],
  ['a row over several lines', '{', '', /line ends before the row does/],
  ['a string cut off', `${START}{"input":"Janet’s du`, '', /line ends before the row does/],
  ['a row cut off after a name', '{"custom_id"', '', /line ends before the row does/],
  ['a row cut off after an escape', '{"custom_id":"\\', '', /line ends before the row does/],
  ['a row cut off in a literal', '{"custom_id":', 'nul', /value is expected/],
];

describe('a line that is no JSON is told with line and column:', () => {
  it.each(BROKEN)('%s', async (_what, before, after, problem) => {
    const [fault, ...others] = await faultsOf(`${line(1)}\n${before}${after}\n${line(3)}\n`);
    expect(fault).toMatchObject({
      line: 2,
      column: before.length + 1,
      code: 'invalid_json_line',
      problem: expect.stringMatching(problem),
      advice: expect.stringMatching(/\w{3}.*\.$/),
    });
    expect(others).toEqual([]);
  });

  it('an empty line between rows', async () => {
    const faults = await faultsOf(`${line(1)}\n\n \t\r\n${line(2)}\n`);
    expect(faults).toMatchObject([
      { line: 2, column: 1, code: 'invalid_json_line', problem: 'The line is empty.' },
      { line: 3, column: 1, code: 'invalid_json_line', problem: 'The line is empty.' },
    ]);
  });

  it('nesting beyond 64 levels, where the 65th begins', async () => {
    const before = `${START}{"input":${'['.repeat(62)}`;
    const levels = `[${']'.repeat(63)}}}`;
    expect(await faultsOf(`${before}${levels}`)).toMatchObject([
      { line: 1, column: before.length + 1, problem: /deeper than 64/ },
    ]);
  });

  it('a column that counts characters, not bytes', async () => {
    const before = '{"custom_id":"Ünïcödé 👩","';
    const [fault] = await faultsOf(`${before}\u0001"`);
    expect(fault?.column).toBe(before.length + 1);
  });
});

describe('text that is no UTF-8 is told:', () => {
  it('a byte that cannot begin a character', async () => {
    const bytes = Buffer.concat([Buffer.from(`${line(1)}\n{"ü\uFFFD":"`), Buffer.of(0xff, 0x22)]);
    expect(await faultsOf(bytes)).toMatchObject([{ line: 2, column: 8, code: 'invalid_utf8' }]);
  });

  it('a character cut in two by the end of the file', async () => {
    const bytes = Buffer.from('{"custom_id":"é').subarray(0, -1);
    expect(await faultsOf(bytes)).toMatchObject([{ line: 1, column: 15, code: 'invalid_utf8' }]);
  });

  it('UTF-16', async () => {
    const faults = await faultsOf(Buffer.from(`\uFEFF${line(1)}\n`, 'utf16le'));
    expect(faults[0]).toMatchObject({ line: 1, column: 1, code: 'invalid_utf8' });
  });

  it('a byte order mark, and what else is wrong with its line', async () => {
    const faults = await faultsOf(`\uFEFF${line(1, { method: 'GET' })}\n${line(2)}\n`);
    expect(faults.map(({ line, code }) => [line, code])).toEqual([
      [1, 'byte_order_mark'],
      [1, 'invalid_request'],
    ]);
    expect(faults[0]).toMatchObject({ column: 1 });
  });

  it('a byte order mark on a later line as no JSON', async () => {
    expect(await faultsOf(`${line(1)}\n\uFEFF${line(2)}\n`)).toMatchObject([
      { line: 2, column: 1, code: 'invalid_json_line' },
    ]);
  });
});

describe('a repeated name is told where it stands again:', () => {
  it.each([
    ['in the row', '{"custom_id":"x",', '"custom_id":"y"}'],
    ['in the body', `${START}{"model":"a",`, '"model":"b"}}'],
    ['deep in the body', `${START}{"a":[{"b":{"c":1,"d":2,`, '"c":3}}]}}'],
    ['written with an escape', `${START}{"model":"a",`, '"m\\u006fdel":"b"}}'],
    [
      'among very many names',
      `${START}{${Array.from({ length: 5000 }, (_, i) => `"k${i}":${i},`).join('')}`,
      '"k17":0}}',
    ],
  ])('%s', async (_where, before, after) => {
    expect(await faultsOf(before + after)).toMatchObject([
      { line: 1, column: before.length + 1, code: 'duplicate_key' },
    ]);
  });

  it('but not in different objects', async () => {
    const body = { model: DEPLOYMENT, input: [{ role: 'user' }, { role: 'user' }], role: 1 };
    expect(await fitOf(line(1, { body }))).toMatchObject({ rows: 1 });
  });
});

/** The column where the value of a field begins. */
function columnOf(text: string, field: string): number {
  return text.indexOf(`"${field}":`) + field.length + 4;
}

describe('the fields of a row are checked:', () => {
  it.each([
    ['custom_id', undefined, /no custom_id/],
    ['custom_id', 17, /custom_id is no text/],
    ['custom_id', null, /custom_id is no text/],
    ['custom_id', '', /custom_id is empty/],
    ['custom_id', '\ud83d', /half a surrogate pair/],
    ['method', undefined, /no method/],
    ['method', 'GET', /method is not "POST"/],
    ['method', 'post', /method is not "POST"/],
    ['method', 1, /method is not "POST"/],
    ['url', undefined, /no url/],
    ['url', ['/v1/responses'], /url is no text/],
    ['url', '/v1/images', /url is "\/v1\/images", which batches do not take/],
    ['body', undefined, /no body/],
    ['body', 'model', /body is no object/],
    ['body', [{ model: DEPLOYMENT }], /body is no object/],
  ])('%s %j', async (field, value, problem) => {
    const text = line(1, { [field]: value });
    const column = value === undefined ? 1 : columnOf(text, field);
    expect(await faultsOf(text)).toMatchObject([
      { line: 1, column, code: 'invalid_request', problem: expect.stringMatching(problem) },
    ]);
  });

  it.each([
    ['without a model', { input: 'x' }, 'body'],
    ['with the model of another deployment', { model: 'gpt-4o' }, 'model'],
    ['with a model that differs in case', { model: DEPLOYMENT.toUpperCase() }, 'model'],
    ['with a model that is no text', { model: 5 }, 'model'],
  ])('a body %s', async (_what, body, field) => {
    const text = line(2, { body });
    expect(await faultsOf(`${line(1)}\n${text}`)).toMatchObject([
      { line: 2, column: columnOf(text, field), code: 'model_mismatch', customId: 'sum-2' },
    ]);
  });

  it('a url that differs from that of the first row', async () => {
    const text = line(3, { url: '/v1/chat/completions' });
    const faults = await faultsOf(`${line(1)}\n${line(2)}\n${text}\n`);
    expect(faults).toMatchObject([
      { line: 3, column: columnOf(text, 'url'), code: 'url_mismatch', customId: 'sum-3' },
    ]);
    expect(faults[0]?.problem).toContain('line 1 has "/v1/responses"');
  });

  it('a custom_id that stands on an earlier line', async () => {
    const again = line(9, { custom_id: 'sum-2' });
    const faults = await faultsOf(`${rows(4)}${again}\n`);
    expect(faults).toMatchObject([
      { line: 5, column: 14, code: 'duplicate_custom_id', customId: 'sum-2' },
    ]);
    expect(faults[0]?.problem).toContain('Line 2');
  });

  it('a custom_id that is the same but for its escapes', async () => {
    const again = line(2, { custom_id: 'sum-1' }).replace('sum-1', 's\\u0075m-1');
    expect(await faultsOf(`${line(1)}\n${again}`)).toMatchObject([
      { line: 2, code: 'duplicate_custom_id' },
    ]);
  });

  it('all of them in one row', async () => {
    const faults = await faultsOf('{"body":{}}');
    expect(faults.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('custom_id'),
      expect.stringContaining('method'),
      expect.stringContaining('url'),
      expect.stringContaining('model'),
    ]);
  });
});

describe('sizes are checked:', () => {
  it.each(['', '\n', '\n\r\n  \n'])('no rows at all in %j', async (text) => {
    expect(await faultsOf(text)).toMatchObject([{ line: 1, column: 1, code: 'empty_file' }]);
  });

  it.each<[string, RulesChange]>([
    ['the limit of a row', { limits: { bytesPerRow: 200 } }],
    ['the limit of a part', { limits: { bytesPerPart: 200 } }],
  ])('a row beyond %s', async (_what, change) => {
    const long = line(2, { body: { model: DEPLOYMENT, input: 'x'.repeat(300) } });
    const faults = await faultsOf(`${line(1)}\n${long}\n${line(3)}\n`, change);
    expect(faults).toMatchObject([{ line: 2, code: 'line_too_long' }]);
    expect(faults[0]?.problem).toContain(`${long.length} bytes`);
  });

  it('a row that is too long only with the deployment filled in', async () => {
    const text = line(1, { body: { input: 'x' } });
    const change = { fillDeployment: true, limits: { bytesPerRow: text.length } };
    expect(await faultsOf(text, change)).toMatchObject([{ line: 1, code: 'line_too_long' }]);
  });

  it('a row just as long as it may be, whatever its line break', async () => {
    const change = { limits: { bytesPerRow: line(1).length } };
    expect(await fitOf(`${line(1)}\r\n${line(2)}\n${line(3)}`, change)).toMatchObject({ rows: 3 });
  });

  it('a row with more tokens than may wait at all', async () => {
    const long = line(2, { body: { model: DEPLOYMENT, input: 'x'.repeat(300) } });
    const change = { limits: { tokensPerPart: 100 } };
    expect(await faultsOf(`${line(1)}\n${long}\n`, change)).toMatchObject([
      { line: 2, column: 1, code: 'token_limit_exceeded' },
    ]);
  });

  it('more parts than a job may have, where the first too many begins', async () => {
    const change = { limits: { rowsPerPart: 3, parts: 2 } };
    expect(await fitOf(rows(6), change)).toMatchObject({ parts: [{ rows: 3 }, { rows: 3 }] });
    expect(await faultsOf(rows(20), change)).toMatchObject([
      { line: 7, column: 1, code: 'too_many_tasks' },
    ]);
  });
});

describe('the report', () => {
  it('lists the first thousand faults and counts the rest', async () => {
    const examination = await examine('no row\n'.repeat(1500));
    expect(examination).toMatchObject({
      verdict: 'unfit',
      report: { lines: 1500, bytes: 10_500, faultCount: 1500, furtherFaults: 500 },
    });
    const faults = await faultsOf('no row\n'.repeat(1500));
    expect(faults.map(({ line }) => line)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  });

  it('cuts long ids', async () => {
    const [fault] = await faultsOf(line(1, { custom_id: 'x'.repeat(5000), method: 'GET' }));
    expect(fault?.customId).toBe('x'.repeat(100));
  });
});

describe('an input is fit', () => {
  it('with rows, bytes, tokens, url and one part', async () => {
    const text = rows(3);
    const tokens = Math.ceil(text.length / 3 / 3) * 3;
    expect(await fitOf(text)).toEqual({
      verdict: 'fit',
      rows: 3,
      bytes: text.length,
      tokens,
      url: '/v1/responses',
      parts: [{ start: 0, end: text.length, firstLine: 1, rows: 3, bytes: text.length, tokens }],
      warnings: [],
    });
  });

  it.each([
    ['CR LF', `${line(1)}\r\n${line(2)}\r\n`],
    ['mixed line breaks', `${line(1)}\r\n${line(2)}\n${line(3)}\r\n`],
    ['no line break at the end', `${line(1)}\n${line(2)}`],
    ['spaces around', ` ${line(1)}\t\n`],
    ['all escapes', `${line(1).replace('sum-1', '\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9')}\n`],
    ['all numbers', `${line(1).replace('"input"', '"n":[0,-0,1.5,-1e9,2E+3,4e-2],"input"')}\n`],
    ['escaped slashes in the url', `${line(1).replace('/v1/responses', '\\/v1\\/responses')}\n`],
    ['64 levels', line(1, { body: { model: DEPLOYMENT, input: nested(62) } })],
    ['U+FFFD in it', line(1, { custom_id: '\uFFFD' })],
  ])('with %s', async (_what, text) => {
    expect(await examine(text)).toMatchObject({ verdict: 'fit', warnings: [] });
  });

  it('with empty lines at its end, which are left out', async () => {
    const text = rows(2);
    const fit = await fitOf(`${text}\n \r\n`);
    expect(fit.parts).toMatchObject([{ start: 0, end: text.length, rows: 2 }]);
    expect(fit.warnings).toEqual([expect.stringContaining('empty lines at the end')]);
  });

  it('with any model when the deployment is to be filled in, and says so', async () => {
    const text = [
      line(1),
      line(2, { body: { model: 'gpt-4o' } }),
      line(3, { body: {} }),
      line(4, { body: { model: null } }),
    ].join('\n');
    const fit = await fitOf(text, { fillDeployment: true });
    expect(fit.warnings).toEqual([
      expect.stringMatching(/^2 rows name another model .* first is on line 2\.$/),
    ]);
  });

  it('with a model elsewhere than in the body, which counts for nothing', async () => {
    const text = `{"a":{"model":"x"},${line(1).slice(1, -1)},"z":{"model":"y"}}`;
    expect(await fitOf(text)).toMatchObject({ rows: 1 });
  });
});

function nested(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1);
}
