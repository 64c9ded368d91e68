import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATUSES } from '../../../src/jobs/status.ts';
import { jobError } from '../../../src/jobs/errors.ts';
import { joined } from '../../../src/kinds/batch/joined.ts';
import { progressOf, resultOf, statusOf } from '../../../src/kinds/batch/progress.ts';
import type { PartPlan } from '../../../src/kinds/batch/split/part-plan.ts';
import type { Part } from '../../../src/kinds/ports.ts';

function part(number: number, fields: Partial<Part>): Part {
  return { number, status: 'running', warnings: [], ...fields };
}

function plan(rows: number): PartPlan {
  return { start: 0, end: 1, firstLine: 1, rows, bytes: 1, tokens: 1 };
}

describe('the progress of a job in parts', () => {
  it('is weighted by their rows', () => {
    const parts = [
      part(1, { status: 'succeeded', progress: 10 }),
      part(2, { progress: 50 }),
      part(3, {}),
    ];
    expect(progressOf(parts, [plan(100), plan(200), plan(100)])).toBe(50);
  });

  it('tells of parts that have ended and of those that wait', () => {
    const ended = part(1, { status: 'expired' });
    expect(statusOf([ended, part(2, {})], 2)).toBe('1 of 2 upstream batches ended');
    const waiting = part(3, { status: 'queued' });
    const told = '1 of 3 upstream batches ended, 1 not yet created';
    expect(statusOf([ended, part(2, {}), waiting], 3)).toBe(told);
  });

  it('is never less than nothing nor more than all', () => {
    const some = fc.record({ status: fc.constantFrom(...STATUSES), progress: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(fc.tuple(some, fc.nat(100_000))), (given) => {
        const parts = given.map(([fields], index) => part(index + 1, fields));
        const progress = progressOf(
          parts,
          given.map(([, rows]) => plan(rows)),
        );
        expect(progress).toBeGreaterThanOrEqual(0);
        expect(progress).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('the end of a job in parts', () => {
  const error = jobError('upstream-expired', 'Too late.');

  it.each([
    ['succeeded', ['succeeded', 'succeeded']],
    ['expired', ['succeeded', 'expired']],
    ['failed', ['expired', 'failed']],
    ['cancelled', ['failed', 'cancelled']],
  ] as const)('is %s of %j', (status, statuses) => {
    const parts = statuses.map((one, index) => part(index + 1, { status: one }));
    expect(resultOf(parts)).toMatchObject({ status, hasOutputs: true });
  });

  it('has the reason of the first part with that end', () => {
    const parts = [part(1, { status: 'succeeded' }), part(2, { status: 'expired', error })];
    expect(resultOf(parts)).toEqual({ status: 'expired', error, hasOutputs: true });
  });
});

describe('files of parts as one', () => {
  async function textOf(files: readonly (string | undefined)[]): Promise<string> {
    const output = async (number: number) => {
      const text = files[number - 1];
      return text === undefined ? undefined : bytesOf(text);
    };
    const chunks = await Array.fromAsync(joined({ output }, files.length, 'output.jsonl'));
    return Buffer.concat(chunks).toString();
  }

  async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < text.length; at += 2) yield Buffer.from(text.slice(at, at + 2));
  }

  it('keep the lines of one from running into those of the next', async () => {
    expect(await textOf(['a\nb', undefined, '', 'c\n'])).toBe('a\nb\nc\n');
  });

  it('hold every line of every part, in order', async () => {
    const lines = fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(lines, fc.boolean())), async (parts) => {
        const files = parts.map(
          ([given, ends]) => given.join('\n') + (ends && given[0] ? '\n' : ''),
        );
        const found = (await textOf(files)).split('\n').filter(Boolean);
        expect(found).toEqual(parts.flatMap(([given]) => given));
      }),
    );
  });
});
