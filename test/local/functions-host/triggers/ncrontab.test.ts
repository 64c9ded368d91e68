import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSchedule } from '../../../../src/local/functions-host/triggers/schedule.ts';

function next(expression: string, after: string): string {
  return new Date(parseSchedule(expression).next(Date.parse(after))).toISOString();
}

describe('NCRONTAB', () => {
  test.each([
    ['0 */5 * * * *', '2026-01-01T00:00:00.000Z', '2026-01-01T00:05:00.000Z'],
    ['*/5 * * * *', '2026-01-01T00:01:30.000Z', '2026-01-01T00:05:00.000Z'],
    ['*/10 * * * * *', '2026-01-01T00:00:09.999Z', '2026-01-01T00:00:10.000Z'],
    ['0 0 0 1 JAN *', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['0 30 9 * * MON-FRI', '2026-05-01T09:30:00.000Z', '2026-05-04T09:30:00.000Z'],
    ['0 0 0 29 2 *', '2026-01-01T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 12 13 * fri', '2026-03-14T00:00:00.000Z', '2026-11-13T12:00:00.000Z'],
    ['5/20 0 0 * * *', '2026-01-01T00:00:05.000Z', '2026-01-01T00:00:25.000Z'],
    ['0 0 8-10,20 * * *', '2026-01-01T10:00:00.000Z', '2026-01-01T20:00:00.000Z'],
    ['59 59 23 31 12 *', '2026-12-31T23:59:59.000Z', '2027-12-31T23:59:59.000Z'],
  ])('%s after %s comes at %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  test.each([
    ['* * * *', 'has 4 fields'],
    ['0 60 * * * *', 'for the minute'],
    ['0 0 0 0 * *', 'for the day'],
    ['0 0 0 * 13 *', 'for the month'],
    ['0 0 0 * * 7', 'for the day of week'],
    ['0 */0 * * * *', 'for the minute'],
    ['0 9-5 * * * *', 'for the minute'],
    ['0 *-5 * * * *', 'for the minute'],
    ['0 x * * * *', 'for the minute'],
    ['0 0 0 30 2 *', 'no moment'],
  ])('refuses %s and says why', (expression, reason) => {
    expect(() => parseSchedule(expression)).toThrow(reason);
  });

  const value = (least: number, most: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min: least, max: most }).map(String),
      fc.integer({ min: 1, max: most }).map((step) => `*/${step}`),
      fc
        .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
        .map(([one, other]) => `${Math.min(one, other)}-${Math.max(one, other)}`),
    );
  const moments = fc.integer({ min: 0, max: Date.UTC(2090, 0, 1) });

  test('the next moment is later, matches every field, and leaves none out', () => {
    const expressions = fc.tuple(value(0, 59), value(0, 59), value(0, 23));
    fc.assert(
      fc.property(expressions, moments, ([second, minute, hour], after) => {
        const schedule = parseSchedule(`${second} ${minute} ${hour} * * *`);
        const found = schedule.next(after);
        expect(found).toBeGreaterThan(after);
        expect(found % 1000).toBe(0);
        // Whatever lies between would have been found from there too.
        const between = after + Math.floor((found - after) / 2);
        expect(schedule.next(Math.min(between, found - 1))).toBe(found);
        expect(schedule.next(found - 1)).toBe(found);
      }),
    );
  });

  test('every second of a day is found by the schedule that names it', () => {
    const day = Date.UTC(2026, 5, 15);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_399 }), (time) => {
        const at = new Date(day + time * 1000);
        const fields = [at.getUTCSeconds(), at.getUTCMinutes(), at.getUTCHours(), 15, 6, 1];
        expect(parseSchedule(fields.join(' ')).next(day - 1)).toBe(at.getTime());
      }),
    );
  });
});

describe('a time span as a schedule', () => {
  test('is the time between two runs', () => {
    expect(next('00:00:10', '2026-01-01T00:00:05.000Z')).toBe('2026-01-01T00:00:15.000Z');
    expect(next('1.00:00:00', '2026-01-01T00:00:05.000Z')).toBe('2026-01-02T00:00:05.000Z');
  });

  test.each(['00:00:00', '10:00', '00:00:1x'])('%s is refused', (text) => {
    expect(() => parseSchedule(text)).toThrow('is no time span');
  });
});
