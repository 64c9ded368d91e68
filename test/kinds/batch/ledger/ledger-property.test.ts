import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/kinds/batch/ledger/ledger-entry.ts';
import { answer, closed, inputOf, refusal, result } from './results.ts';

/** What upstream wrote for a row, in which file. */
type Written = 'success' | 'failure' | 'error' | 'nothing';

const written = fc.constantFrom<Written>('success', 'failure', 'error', 'nothing');

const histories = fc.record({
  rows: fc.uniqueArray(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((id) => id.isWellFormed()),
    {
      minLength: 1,
      maxLength: 30,
    },
  ),
  written: fc.array(written, { minLength: 30, maxLength: 30 }),
  inErrors: fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
  order: fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
  repeats: fc.array(fc.nat({ max: 29 }), { maxLength: 5 }),
  /** Bytes that are missing at the end of the output. */
  cut: fc.option(fc.nat({ max: 200 })),
  chunk: fc.integer({ min: 1, max: 400 }),
});

function lineOf(id: string, kind: Written): string {
  if (kind === 'success') return answer(id, { model: 'm', usage: { input_tokens: 1 } });
  if (kind === 'failure') return refusal(id, 400, { code: 'bad' });
  return kind === 'error' ? result(id, { error: { code: 'batch_expired' } }) : '';
}

const OUTCOMES: Record<Written, Outcome> = {
  success: 'succeeded',
  failure: 'failed',
  error: 'failed',
  nothing: 'missing',
};

describe('whatever upstream wrote of the rows, in whatever order and cut anywhere', () => {
  it('every row has one entry, and the sum closes', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        async ({ rows, written, inErrors, order, repeats, cut, chunk }) => {
          const lines = rows.map((id, i) => ({
            text: lineOf(id, written[i] ?? 'nothing'),
            inErrors: inErrors[i] ?? false,
            place: order[i] ?? 0,
          }));
          const all = [...lines, ...repeats.flatMap((i) => lines[i] ?? [])];
          const sorted = all.toSorted((a, b) => a.place - b.place);
          const output = Buffer.from(textIn(sorted, false));
          const { entries, summary } = await closed(
            {
              input: inputOf(...rows),
              output: output.subarray(
                0,
                cut === null ? output.length : Math.max(0, output.length - cut),
              ),
              errors: textIn(sorted, true),
            },
            chunk,
          );
          expect(entries.map(({ custom_id, line }) => [custom_id, line])).toEqual(
            rows.map((id, i) => [id, i + 1]),
          );
          expect(summary.rows).toBe(rows.length);
          expect(summary.succeeded + summary.failed + summary.missing).toBe(summary.rows);
          expect(sumOf(summary.failedByCode)).toBe(summary.failed);
          for (const [i, { outcome }] of entries.entries()) {
            const expected = OUTCOMES[written[i] ?? 'nothing'];
            if (cut === null) expect(outcome).toBe(expected);
            else expect([expected, 'missing']).toContain(outcome);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

function textIn(lines: readonly { text: string; inErrors: boolean }[], errors: boolean): string {
  return lines
    .filter(({ inErrors }) => inErrors === errors)
    .map(({ text }) => text)
    .join('');
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
