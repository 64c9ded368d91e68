import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { surveyInput } from '../../../../src/local/azure-openai/batches/survey.ts';
import { deployments as deploymentsOf } from '../../../../src/local/azure-openai/models.ts';
import { partContent } from '../../../../src/kinds/batch/split/part-content.ts';
import { DEPLOYMENT, examine, line, rows, stream } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhaul-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

const deployments = deploymentsOf({ [DEPLOYMENT]: 'gpt-5.1' });

/** What the simulator's validation, written from the same documents by itself, refuses a file for. */
async function refusals(content: Uint8Array): Promise<string[]> {
  const path = join(folder, 'input.jsonl');
  writeFileSync(path, content);
  const terms = { endpoint: '/v1/responses', deployments, rowLimit: 100_000 };
  const { errors } = await surveyInput(path, terms);
  return errors.map(({ code, line }) => `${code} on line ${line}`);
}

/** @returns whether the input was fit; then all that is uploaded is held against the simulator. */
async function passesBoth(content: Uint8Array, fillDeployment: boolean): Promise<boolean> {
  const examination = await examine(content, {
    fillDeployment,
    urls: ['/v1/responses'],
    limits: { rowsPerPart: 4 },
  });
  if (examination.verdict === 'unfit') {
    expect(examination.report.faultCount).toBeGreaterThan(0);
    return false;
  }
  for (const plan of examination.parts) {
    const open = ({ start = 0, end = 0 } = {}) => stream(content.subarray(start, end));
    const filled = fillDeployment ? { fillDeployment: DEPLOYMENT } : {};
    const uploaded = Buffer.concat(await Array.fromAsync(partContent({ open }, plan, filled)));
    expect(uploaded.length).toBe(plan.bytes);
    expect(await refusals(uploaded)).toEqual([]);
  }
  return true;
}

/** Where the bytes are changed, and how. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant('binary' as const),
    at: fc.nat(),
    bytes: fc.uint8Array({ maxLength: 8 }),
  }),
  fc.record({
    kind: fc.constant('text' as const),
    at: fc.nat(),
    text: fc.constantFrom(
      '\n',
      '\r\n',
      '\r',
      '"',
      '{',
      '}',
      ',',
      '\uFEFF',
      '\u2028',
      '\0',
      ' ',
      '\\',
      '[[[[',
    ),
  }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), length: fc.nat({ max: 200 }) }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(), length: fc.nat({ max: 40 }) }),
);

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(content: Buffer, change: Mutation): Buffer {
  const at = change.at % (content.length + 1);
  const [before, after] = [content.subarray(0, at), content.subarray(at)];
  switch (change.kind) {
    case 'cut':
      return before;
    case 'binary':
      return Buffer.concat([before, change.bytes, after]);
    case 'text':
      return Buffer.concat([before, Buffer.from(change.text), after]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, change.length), after]);
    case 'remove':
      return Buffer.concat([before, after.subarray(change.length)]);
  }
}

const fields = fc.record(
  {
    custom_id: fc.oneof(fc.constantFrom('a', 'b', '', 'ü', '\ud800'), fc.string(), fc.integer()),
    method: fc.constantFrom('POST', 'post', 'GET', null),
    url: fc.constantFrom('/v1/responses', '/v1/chat/completions', '', 7),
    body: fc.constantFrom(
      {},
      { model: DEPLOYMENT },
      { model: 'x' },
      { model: '' },
      [],
      null,
      'body',
    ),
  },
  { requiredKeys: [] },
);

/** A text as JSON in one of its many spellings: any character may be escaped. */
const spelled = (texts: fc.Arbitrary<string>) =>
  fc.tuple(texts, fc.infiniteStream(fc.boolean())).map(([text, escapes]) => {
    const characters = Array.from(text, (character) =>
      escapes.next().value ? escapedFully(character) : JSON.stringify(character).slice(1, -1),
    );
    return `"${characters.join('')}"`;
  });

function escapedFully(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16));
  return units.map((unit) => `\\u${unit.padStart(4, '0')}`).join('');
}

/** Fields of a row in any order, some of them twice, some so deep that few readers follow. */
const spelledRow = fc
  .tuple(
    spelled(fc.constantFrom('a', 'b', 'ü', 'u\u0308', '\ud800', '😀', '/')),
    spelled(fc.constant(DEPLOYMENT)),
    spelled(fc.constant('/v1/responses')),
    fc.constantFrom('0', '"model"', '{"model":"x"}', `${'['.repeat(62)}${']'.repeat(62)}`),
    fc.option(fc.tuple(spelled(fc.constantFrom('custom_id', 'url', 'more')), fc.nat(3))),
    fc.constantFrom('', ' ', '\t', '\r'),
  )
  .map(([id, model, url, input, again, space]) => {
    const body = `{"input":${input},"model":${model}}`;
    const row = [`"custom_id":${id}`, `"method":"POST"`, `"url":${url}`, `"body":${body}`];
    if (again) row.splice(again[1], 0, `${again[0]}:${id}`);
    return `{${row.join(`${space},`)}}${space}`;
  });

describe('what the doctor finds fit, the simulator takes', () => {
  it('whatever is done to good rows', { timeout: 120_000 }, async () => {
    let fit = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 10 }),
        fc.array(mutation, { maxLength: 2 }),
        fc.boolean(),
        async (count, mutations, fill) => {
          const content = mutations.reduce(mutated, Buffer.from(rows(count)));
          if (await passesBoth(content, fill)) fit += 1;
        },
      ),
      { numRuns: 600 },
    );
    expect(fit).toBeGreaterThan(50);
  });

  it('whatever is in the fields', async () => {
    let fit = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constant({}), fields), { minLength: 1, maxLength: 3 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        fc.boolean(),
        async (changes, lineBreak, fill) => {
          const text = changes.map((change, i) => line(i, change)).join(lineBreak);
          if (await passesBoth(Buffer.from(text), fill)) fit += 1;
        },
      ),
      { numRuns: 400 },
    );
    expect(fit).toBeGreaterThan(20);
  });

  it('however it is spelled, and whatever is said twice', async () => {
    let fit = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(spelledRow, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (spelledRows, fill) => {
          if (await passesBoth(Buffer.from(spelledRows.join('\n')), fill)) fit += 1;
        },
      ),
      { numRuns: 400 },
    );
    expect(fit).toBeGreaterThan(10);
  });

  it('or, for bytes without any sense, never breaks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await passesBoth(bytes, false)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
