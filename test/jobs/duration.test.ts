import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationMilliseconds } from '../../src/jobs/duration.ts';

describe('durationMilliseconds', () => {
  it.each([
    ['PT1S', 1_000],
    ['PT0.5S', 500],
    ['PT24H', 86_400_000],
    ['PT1H30M', 5_400_000],
    ['P7D', 604_800_000],
    ['P1W', 604_800_000],
    ['P1DT1S', 86_401_000],
    ['PT0S', 0],
  ])('reads %s', (text, milliseconds) => {
    expect(durationMilliseconds(text)).toBe(milliseconds);
  });

  it.each(['', 'P', 'PT', 'P1DT', 'P1Y', 'P1M', '1D', 'PT1', 'PT-1S', 'pt1s', 'PT1S ', 'PT1,5S'])(
    'does not take "%s"',
    (text) => {
      expect(durationMilliseconds(text)).toBeUndefined();
    },
  );

  it('adds up whatever parts are given', () => {
    const part = fc.option(fc.nat(500), { nil: undefined });
    fc.assert(
      fc.property(part, part, part, (days, hours, seconds) => {
        const date = days === undefined ? '' : `${days}D`;
        const time = `${hours === undefined ? '' : `${hours}H`}${seconds === undefined ? '' : `${seconds}S`}`;
        fc.pre(date + time !== '');
        const expected =
          (days ?? 0) * 86_400_000 + (hours ?? 0) * 3_600_000 + (seconds ?? 0) * 1_000;
        expect(durationMilliseconds(`P${date}${time === '' ? '' : `T${time}`}`)).toBe(expected);
      }),
    );
  });
});
