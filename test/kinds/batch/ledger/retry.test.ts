import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryableRows, selectRows } from '../../../../src/kinds/batch/ledger/retry.ts';
import { RowSelection } from '../../../../src/kinds/batch/ledger/row-selection.ts';
import { line, stream, textOf } from '../doctor/rows.ts';
import { answer, closed, inputOf, refusal, result } from './results.ts';

function selectionOf(...lines: number[]): RowSelection {
  const selection = new RowSelection();
  for (const line of lines) selection.add(line);
  return selection;
}

describe('the rows that a retry can help', () => {
  it('are the missing ones, and those that failed for a passing reason', async () => {
    const input = inputOf('good', 'missing', 'filtered', 'throttled', 'expired', 'invalid');
    const { text } = await closed({
      input,
      output: answer('good'),
      errors: [
        refusal('filtered', 400, { code: 'content_filter' }),
        refusal('throttled', 429, { code: 'slow' }),
        result('expired', { error: { code: 'batch_expired' } }),
        refusal('invalid', 400, { code: 'invalid_value' }),
      ].join(''),
    });
    const selection = await retryableRows(stream(text, 10));
    expect(selection.rows).toBe(3);
    const selected = await textOf(selectRows(stream(input, 10), selection));
    const lines = input.split('\n');
    expect(selected).toBe(`${lines[1]}\n${lines[3]}\n${lines[4]}\n`);
  });

  it('are none when all is well', async () => {
    const { text } = await closed({ input: inputOf('a'), output: answer('a') });
    expect((await retryableRows(stream(text))).rows).toBe(0);
  });

  it('come out as rows of their own, whatever the line breaks were', async () => {
    const input = `${line(1)}\r\n${line(2)}\n${line(3)}`;
    expect(await textOf(selectRows(stream(input), selectionOf(1, 3)))).toBe(
      `${line(1)}\n${line(3)}\n`,
    );
  });
});

describe('a selection', () => {
  const lines = fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 50 });

  it('holds what was added and nothing else', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 200_000 }), (added, other) => {
        const selection = selectionOf(...added);
        expect(selection.rows).toBe(new Set(added).size);
        expect(added.every((line) => selection.has(line))).toBe(true);
        expect(selection.has(other)).toBe(added.includes(other));
      }),
    );
  });

  it('has a digest that tells sets apart, not orders', () => {
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        const digest = selectionOf(...one).digest;
        expect(selectionOf(...one.toReversed(), ...one).digest).toBe(digest);
        const same =
          new Set(one).size === new Set([...one, ...other]).size &&
          new Set(other).size === new Set(one).size;
        expect(selectionOf(...other).digest === digest).toBe(same);
      }),
    );
  });
});
