import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimatedTokens } from '../../../../src/kinds/batch/rows/limits.ts';
import { partContent } from '../../../../src/kinds/batch/split/part-content.ts';
import type { PartPlan } from '../../../../src/kinds/batch/split/part-plan.ts';
import { DEPLOYMENT, fitOf, line, row, rows, stream, textOf } from '../doctor/rows.ts';

/** An input blob, which opens ranges of a text. */
function blob(text: string, size?: number) {
  const bytes = Buffer.from(text);
  return {
    open: ({ start, end } = { start: 0, end: bytes.length }) =>
      stream(bytes.subarray(start, end), size),
  };
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

interface Case {
  text: string;
  limits: { rowsPerPart: number; bytesPerPart: number; tokensPerPart: number };
  fill: boolean;
}

const bodies = fc.oneof(
  fc.constant({ model: DEPLOYMENT }),
  fc.constant({ model: 'another', input: 'größer' }),
  fc.constant({}),
  fc.string({ unit: 'binary', maxLength: 80 }).map((input) => ({ input })),
);

const cases: fc.Arbitrary<Case> = fc
  .record({
    bodies: fc.array(bodies, { minLength: 1, maxLength: 40 }),
    lineBreak: fc.constantFrom('\n', '\r\n'),
    last: fc.constantFrom('', '\n', '\n\n \n'),
    limits: fc.record({
      rowsPerPart: fc.integer({ min: 1, max: 12 }),
      bytesPerPart: fc.integer({ min: 600, max: 3000 }),
      tokensPerPart: fc.integer({ min: 200, max: 1000 }),
    }),
    fill: fc.boolean(),
  })
  .map(({ bodies, lineBreak, last, limits, fill }) => ({
    text: bodies.map((body, i) => text(i, body, fill)).join(lineBreak) + last,
    limits,
    fill,
  }));

/** Without filling in, only rows with the deployment's name are fit. */
function text(number: number, body: object, fill: boolean): string {
  return line(number, { body: fill ? body : { ...body, model: DEPLOYMENT } });
}

async function partsOf({ text, limits, fill }: Case) {
  const { parts } = await fitOf(text, { limits, fillDeployment: fill });
  const filling = fill ? { fillDeployment: DEPLOYMENT } : {};
  const texts = parts.map((plan) => textOf(partContent(blob(text, 50), plan, filling)));
  return { parts, texts: await Promise.all(texts) };
}

describe('parts of an input', () => {
  it('hold every row once, in order, each part within the limits and as full as they allow', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const { parts, texts } = await partsOf(given);
        const sent = texts.map(linesOf);
        expect(sent.flat().map(idOf)).toEqual(linesOf(given.text).map(idOf));
        for (const [i, plan] of parts.entries()) {
          expect(plan).toMatchObject(measured(texts[i] ?? ''));
          expect(withinLimits(plan, given)).toBe(true);
          const next = sent[i + 1]?.[0];
          if (next) expect(withinLimits(extended(plan, next), given)).toBe(false);
        }
      }),
    );
  });

  it('begin at the line that they say, one where the other ended', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const { parts } = await partsOf(given);
        let [line, byte] = [1, 0];
        for (const { firstLine, start, end, rows } of parts) {
          expect([firstLine, start]).toEqual([line, byte]);
          line += rows;
          byte = end;
        }
        expect(Buffer.from(given.text).subarray(byte).toString().trim()).toBe('');
      }),
    );
  });

  it('are the bytes of the input when nothing is filled in', async () => {
    const input = `${line(1)}\r\n ${line(2)}\n${line(3)}\n\n`;
    const { parts } = await fitOf(input, { limits: { rowsPerPart: 2 } });
    const texts = await Promise.all(parts.map((plan) => textOf(partContent(blob(input), plan))));
    expect(texts).toEqual([`${line(1)}\r\n ${line(2)}\n`, `${line(3)}\n`]);
  });
});

function idOf(line: string): unknown {
  return (JSON.parse(line) as { custom_id: unknown }).custom_id;
}

function measured(text: string): Partial<PartPlan> {
  return { bytes: Buffer.byteLength(text), rows: linesOf(text).length };
}

function withinLimits({ rows, bytes, tokens }: PartPlan, { limits }: Case): boolean {
  return (
    rows <= limits.rowsPerPart && bytes <= limits.bytesPerPart && tokens <= limits.tokensPerPart
  );
}

/** With one row more, and its line break the longest there is. */
function extended(plan: PartPlan, next: string): PartPlan {
  const bytes = Buffer.byteLength(next) + 2;
  return {
    ...plan,
    rows: plan.rows + 1,
    bytes: plan.bytes + bytes,
    tokens: plan.tokens + estimatedTokens(bytes),
  };
}

describe('the deployment is filled in', () => {
  const fill = { fillDeployment: DEPLOYMENT };

  async function filled(text: string, deployment = DEPLOYMENT): Promise<string> {
    const { parts } = await fitOf(text, { fillDeployment: true, deployment });
    const [plan, ...others] = parts;
    if (!plan || others.length > 0) throw new Error('one part is expected');
    const content = await textOf(partContent(blob(text, 7), plan, { fillDeployment: deployment }));
    expect(Buffer.byteLength(content)).toBe(plan.bytes);
    return content;
  }

  it.each([
    ['where there is none', '{"input":1}', `{"model":"${DEPLOYMENT}","input":1}`],
    ['in an empty body', '{}', `{"model":"${DEPLOYMENT}"}`],
    ['in an empty body with a space', '{ }', `{"model":"${DEPLOYMENT}" }`],
    [
      'over another',
      '{"a":[1.0, 2e5],"model": "x" }',
      `{"a":[1.0, 2e5],"model": "${DEPLOYMENT}" }`,
    ],
    ['over null', '{"model":null}', `{"model":"${DEPLOYMENT}"}`],
    ['over an object', '{"model":{"a":"}"}}', `{"model":"${DEPLOYMENT}"}`],
    ['over the same', `{"model":"${DEPLOYMENT}"}`, `{"model":"${DEPLOYMENT}"}`],
  ])('%s, and no other byte changes', async (_where, body, expected) => {
    const before = '{ "custom_id":"ü", "method":"POST","url":"\\/v1/responses","body": ';
    const after = ' ,"more":{"model":"untouched"}}\r\n';
    expect(await filled(before + body + after)).toBe(before + expected + after);
  });

  it('with every character of its name', async () => {
    const name = 'a "quoted" \\ näme';
    const text = await filled(`${line(1, { body: {} })}\n`, name);
    expect(JSON.parse(text)).toEqual(row(1, { body: { model: name } }));
  });

  it('and rows that nobody examined break it', async () => {
    const plan = { start: 0, end: 3, firstLine: 1, rows: 1, bytes: 3, tokens: 1 };
    await expect(textOf(partContent(blob('no\n'), plan, fill))).rejects.toThrow('Line 1');
  });
});

describe('an input that fits in one part', () => {
  it('stays whole', async () => {
    expect((await fitOf(rows(50))).parts).toHaveLength(1);
  });
});
