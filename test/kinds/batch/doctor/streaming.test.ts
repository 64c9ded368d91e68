import { describe, expect, it } from 'vitest';
import { examineInput } from '../../../../src/kinds/batch/doctor/examine-input.ts';
import { DEPLOYMENT, examine, faultsOf, fitOf, line, rows, rulesWith, stream } from './rows.ts';

const MEGABYTE = 1_000_000;
const CHUNK = 65_536;

describe('however the input is cut into chunks', () => {
  const broken = [
    `\uFEFF${line(1)}`,
    line(2, { custom_id: 'zwölf 👩‍🔬' }),
    '',
    `${line(3)}\r`,
    line(4, { url: '/v1/chat/completions' }),
    'x'.repeat(900),
    line(2, { custom_id: 'zwölf 👩‍🔬', body: { model: 'é', model2: 1 } }),
    `{"custom_id":"cut off`,
  ].join('\n');
  const limits = { bytesPerRow: 400 };

  it('the same is found: one cut at every byte', async () => {
    const whole = await examine(broken, { limits });
    expect(whole).toMatchObject({ verdict: 'unfit', report: { faultCount: 7 } });
    const bytes = Buffer.from(broken);
    for (let cut = 1; cut < bytes.length; cut++) {
      const pieces = async function* () {
        yield bytes.subarray(0, cut);
        yield bytes.subarray(cut);
      };
      expect(await examineInput(pieces(), rulesWith({ limits }))).toEqual(whole);
    }
  });

  it.each([1, 2, 3, 7, 64])('the same is found: chunks of %i bytes', async (size) => {
    expect(await examine(broken, { limits }, size)).toEqual(await examine(broken, { limits }));
    expect(await examine(rows(20), {}, size)).toEqual(await examine(rows(20)));
  });

  it('chunks that are no buffers, or empty, are read too', async () => {
    const pieces = async function* () {
      yield new Uint8Array();
      yield new Uint8Array(Buffer.from(`${line(1)}\n`));
      yield new Uint8Array();
    };
    expect(await examineInput(pieces(), rulesWith())).toMatchObject({ verdict: 'fit', rows: 1 });
  });

  it('an error of reading goes to the caller', async () => {
    const pieces = async function* () {
      yield Buffer.from(`${line(1)}\n`);
      throw new Error('the blob is gone');
    };
    await expect(examineInput(pieces(), rulesWith())).rejects.toThrow('the blob is gone');
  });
});

/** A line of `count` chunks, between good rows. */
async function* flood(count: number) {
  yield Buffer.from(`${line(1)}\n`);
  for (let i = 0; i < count; i++) yield Buffer.alloc(CHUNK, 0x61);
  yield Buffer.from(`\n${line(2)}\n`);
}

/** The most that the process held more than at the start, in MB, while the content was read. */
async function growthWhile(content: AsyncIterable<Uint8Array>) {
  const start = process.memoryUsage.rss();
  let most = 0;
  const watched = async function* () {
    for await (const chunk of content) {
      yield chunk;
      most = Math.max(most, process.memoryUsage.rss() - start);
    }
  };
  const examination = await examineInput(watched(), rulesWith());
  return { examination, megabytes: most / MEGABYTE };
}

describe('memory stays small with', () => {
  it('200 MB in one line, of which only the length is kept', async () => {
    const { examination, megabytes } = await growthWhile(flood(3_052));
    expect(examination).toMatchObject({
      verdict: 'unfit',
      report: { lines: 3, faults: [{ line: 2, column: 4_000_001, code: 'line_too_long' }] },
    });
    expect(JSON.stringify(examination)).toContain(`${3_052 * CHUNK} bytes`);
    expect(megabytes).toBeLessThan(100);
  });

  it.each([
    ['lists', '['],
    ['objects', '{"":'],
    ['small objects', '{},'],
    ['numbers', '0,'],
    ['escapes', '"\\n",'],
  ])('a row of 4 MB full of %s', async (_what, piece) => {
    const text = `{"a":[${piece.repeat(Math.floor((4 * MEGABYTE - 10) / piece.length))}`;
    const { examination, megabytes } = await growthWhile(stream(text));
    expect(examination).toMatchObject({ report: { faultCount: 1 } });
    expect(megabytes).toBeLessThan(60);
  });

  it('a row with hundreds of thousands of different names', async () => {
    const names = Array.from({ length: 350_000 }, (_, i) => `"${i.toString(36)}":0`).join(',');
    const body = { model: DEPLOYMENT, metadata: 0 };
    const text = line(1, { body }).replace('"metadata":0', names);
    expect(text.length).toBeLessThan(4 * MEGABYTE);
    const { examination, megabytes } = await growthWhile(stream(text));
    expect(examination).toMatchObject({ verdict: 'fit', rows: 1 });
    expect(megabytes).toBeLessThan(100);
  });
});

describe('a hundred thousand rows', () => {
  it('are all held against each other', async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => line(i + 1)).join('\n');
    expect(await fitOf(many)).toMatchObject({ rows: 100_000, parts: [{ rows: 50_000 }, {}] });
    const again = line(100_001, { custom_id: 'sum-71204' });
    expect(await faultsOf(`${many}\n${again}`)).toMatchObject([
      { line: 100_001, code: 'duplicate_custom_id', problem: /^Line 71204 has/ },
    ]);
  });
});
