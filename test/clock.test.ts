import { afterEach, describe, expect, it } from 'vitest';
import { clock, HOST_CLOCK, nowIso } from '../src/clock.ts';

describe('clock', () => {
  afterEach(() => {
    delete (globalThis as Record<symbol, unknown>)[HOST_CLOCK];
  });

  it('follows the clock that a host publishes', () => {
    (globalThis as Record<symbol, unknown>)[HOST_CLOCK] = { now: () => 0, sleep: async () => {} };
    expect(nowIso()).toBe('1970-01-01T00:00:00.000Z');
  });

  it('is the machine clock when no host publishes one', () => {
    const before = Date.now();
    expect(clock().now()).toBeGreaterThanOrEqual(before);
  });
});
