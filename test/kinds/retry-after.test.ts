import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOST_CLOCK } from '../../src/clock.ts';
import { retryAfterSeconds } from '../../src/kinds/retry-after.ts';

describe('retryAfterSeconds', () => {
  const globals = globalThis as Record<symbol, unknown>;
  beforeEach(() => {
    globals[HOST_CLOCK] = { now: () => Date.UTC(2026, 0, 1, 12), sleep: async () => {} };
  });
  afterEach(() => {
    delete globals[HOST_CLOCK];
  });

  it.each([
    ['milliseconds', { 'retry-after-ms': '1500' }, 1.5],
    ['milliseconds before seconds', { 'retry-after-ms': '10', 'retry-after': '60' }, 0.01],
    ['seconds', { 'retry-after': '20' }, 20],
    ['a whole day, unbounded', { 'retry-after': '86400' }, 86_400],
    ['seconds behind unreadable milliseconds', { 'retry-after-ms': 'x', 'retry-after': '7' }, 7],
    ['an HTTP date to come', { 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30],
    ['an HTTP date gone by', { 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
  ])('reads %s', (_, headers, expected) => {
    expect(retryAfterSeconds(headers as Record<string, string>)).toBe(expected);
  });

  it.each([undefined, '', '-5', 'soon', '5 minutes', 'Thursday next', 'NaN'])(
    'has nothing to say of %j',
    (text) => {
      expect(retryAfterSeconds(text === undefined ? {} : { 'retry-after': text })).toBeUndefined();
    },
  );
});
