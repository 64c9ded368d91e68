import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Heartbeat } from '../../../../src/local/functions-host/workers/heartbeat.ts';

const PATIENCE = 5_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start() {
  const events = { ask: vi.fn(), silent: vi.fn() };
  return { ...events, heartbeat: new Heartbeat({ patience: PATIENCE, ...events }) };
}

describe('a worker that is asked every second', () => {
  test('is at peace as long as it answers', () => {
    const { heartbeat, ask, silent } = start();
    ask.mockImplementation(() => heartbeat.answered());
    vi.advanceTimersByTime(120_000);
    expect(ask).toHaveBeenCalledTimes(120);
    expect(heartbeat.isSilent).toBe(false);
    expect(silent).not.toHaveBeenCalled();
  });

  test('is reported once in a silence, and gets no more questions', () => {
    const { heartbeat, ask, silent } = start();
    vi.advanceTimersByTime(3_000);
    expect(heartbeat.isSilent).toBe(true);
    expect(silent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(30_000);
    expect(silent.mock.calls).toEqual([[5_000]]);
    expect(ask).toHaveBeenCalledTimes(1);
    heartbeat.answered();
    expect(heartbeat.isSilent).toBe(false);
    vi.advanceTimersByTime(10_000);
    expect(silent).toHaveBeenCalledTimes(2);
  });

  test('is left alone when it is to stop', () => {
    const { heartbeat, ask } = start();
    heartbeat.stop();
    vi.advanceTimersByTime(60_000);
    expect(ask).not.toHaveBeenCalled();
  });
});
