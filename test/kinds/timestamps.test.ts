import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoTimestamp } from '../../src/kinds/timestamps.ts';

describe('isoTimestamp', () => {
  it.each([
    ['Unix seconds', 1747943093, '2025-05-22T19:44:53.000Z'],
    ['Unix seconds as a float', 1747943093.5, '2025-05-22T19:44:53.500Z'],
    ['Unix milliseconds', 1747943093000, '2025-05-22T19:44:53.000Z'],
    ['digits in a string', '1747943093', '2025-05-22T19:44:53.000Z'],
    ['ISO 8601 in UTC', '2025-05-22T19:44:53Z', '2025-05-22T19:44:53.000Z'],
    ['ISO 8601 with an offset', '2025-05-22T21:44:53+02:00', '2025-05-22T19:44:53.000Z'],
    ['ISO 8601 without a zone', '2025-05-22T19:44:53.1234567', '2025-05-22T19:44:53.123Z'],
    ['a date alone', '2025-05-22', '2025-05-22T00:00:00.000Z'],
  ])('reads %s', (_, value, expected) => {
    expect(isoTimestamp(value)).toBe(expected);
  });

  it.each([null, undefined, 0, -1, Number.NaN, Infinity, '', 'soon', 'May 5', {}, [], true, 1e300])(
    'has nothing to say of %j',
    (value) => {
      expect(isoTimestamp(value)).toBeUndefined();
    },
  );

  it('never throws, and gives back what it has given', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const once = isoTimestamp(value);
        expect(once === undefined ? undefined : isoTimestamp(once)).toBe(once);
      }),
    );
  });
});
