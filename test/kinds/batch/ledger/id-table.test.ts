import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingColumn } from '../../../../src/kinds/batch/rows/growing-column.ts';
import { IdTable } from '../../../../src/kinds/batch/rows/id-table.ts';

describe('the table of ids', () => {
  it('numbers ids as they come, and knows them again as text or bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 60 }), (ids) => {
        const table = new IdTable();
        const known = new Map<string, number>();
        for (const id of ids) {
          const number = known.get(id) ?? known.size;
          known.set(id, number);
          expect(table.numberOf('never there')).toBe(-1);
          expect(table.add(id)).toBe(number);
          expect(table.add(Buffer.from(id))).toBe(number);
        }
        expect(table.size).toBe(known.size);
        for (const [id, number] of known) expect(table.numberOf(id)).toBe(number);
      }),
    );
  });

  it('keeps the numbers while it grows', () => {
    const table = new IdTable();
    const ids = Array.from({ length: 20_000 }, (_, i) => `row-${i}`);
    for (const id of ids) table.add(id);
    expect(ids.every((id, i) => table.numberOf(id) === i && table.add(id) === i)).toBe(true);
    expect(table.size).toBe(20_000);
  });
});

describe('a column', () => {
  it('is 0 where nothing was set, and grows as far as it must', () => {
    const column = new GrowingColumn();
    column.set(3, 0xffff_ffff);
    column.set(1_000_000, 7);
    expect([column.get(3), column.get(4), column.get(1_000_000), column.get(9_000_000)]).toEqual([
      0xffff_ffff, 0, 7, 0,
    ]);
  });
});
