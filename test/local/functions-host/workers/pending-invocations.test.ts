import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MachineClock } from '../../../../src/local/functions-host/clock/machine-clock.ts';
import { PendingInvocations } from '../../../../src/local/functions-host/workers/pending-invocations.ts';

const TIMEOUT = 10_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start() {
  const timedOut = vi.fn();
  const pending = new PendingInvocations({ clock: new MachineClock(), timedOut });
  return { pending, timedOut };
}

describe('an invocation in hand', () => {
  test('times out once its time counts', () => {
    const { pending, timedOut } = start();
    void pending.add('one', 'work');
    vi.advanceTimersByTime(TIMEOUT);
    expect(timedOut).not.toHaveBeenCalled();
    pending.startTimeout('one', TIMEOUT);
    vi.advanceTimersByTime(TIMEOUT);
    expect(timedOut.mock.calls).toEqual([['one']]);
    expect(pending.functionId('one')).toBe('work');
  });

  test('does not time out when it is over, nor where there is no limit', async () => {
    const limited = start();
    const answer = limited.pending.add('one', 'work');
    limited.pending.startTimeout('one', TIMEOUT);
    limited.pending.resolve('one', { outputs: [] });
    const unlimited = start();
    void unlimited.pending.add('two', 'work');
    unlimited.pending.startTimeout('two', Infinity);
    vi.advanceTimersByTime(10 * TIMEOUT);
    expect(await answer).toEqual({ outputs: [] });
    expect(limited.timedOut).not.toHaveBeenCalled();
    expect(unlimited.timedOut).not.toHaveBeenCalled();
  });

  test('has all the time that it sleeps', () => {
    const { pending, timedOut } = start();
    void pending.add('one', 'work');
    pending.startTimeout('one', TIMEOUT);
    pending.hold('one')?.sleepBegan();
    vi.advanceTimersByTime(3 * TIMEOUT);
    expect(timedOut).not.toHaveBeenCalled();
    pending.hold('one')?.sleepEnded();
    vi.advanceTimersByTime(TIMEOUT);
    expect(timedOut).toHaveBeenCalled();
  });

  test('is rejected with all others when its worker is lost', async () => {
    const { pending } = start();
    const answers = [pending.add('one', 'work'), pending.add('two', 'work')];
    pending.rejectAll(new Error('lost'));
    for (const answer of answers) await expect(answer).rejects.toThrow('lost');
    expect(pending.size).toBe(0);
  });
});
