import { describe, expect, it } from 'vitest';
import { restartDelay } from '../../../src/local/stack/restart-policy.ts';

describe('the delay before a restart', () => {
  it('is short after a long life, and doubles with every short one', () => {
    expect([0, 1, 2, 3, 4].map(restartDelay)).toEqual([50, 100, 200, 400, 800]);
  });

  it('ends with the fifth short life in a row', () => {
    expect(restartDelay(5)).toBeUndefined();
  });
});
