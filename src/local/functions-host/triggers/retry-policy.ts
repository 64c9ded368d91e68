import type { FunctionMetadata, HostClock, Invocation } from '../contracts.ts';

interface Duration {
  seconds?: number;
}

interface RetryOptions {
  retryStrategy: 'fixedDelay' | 'exponentialBackoff';
  /** −1 for no limit. */
  maxRetryCount: number;
  delayInterval?: Duration;
  minimumInterval?: Duration;
  maximumInterval?: Duration;
}

/**
 * Runs an invocation, and again as the function's retry policy says. In Azure such policies apply to
 * timer triggers, among those that this host has.
 * @param signal ends the pause before a next attempt.
 * @throws what the last attempt threw, or what `signal` was aborted with.
 */
export async function invokeWithRetries(
  invocation: Invocation,
  metadata: FunctionMetadata,
  { clock, signal }: { clock: HostClock; signal: AbortSignal },
  invoke: (invocation: Invocation) => Promise<unknown>,
): Promise<void> {
  const policy = metadata.retryOptions as RetryOptions | undefined;
  let attempt = invocation;
  for (let retryCount = 0; ;) {
    try {
      return void (await invoke(attempt));
    } catch (error) {
      if (!policy || (policy.maxRetryCount !== -1 && retryCount >= policy.maxRetryCount))
        throw error;
      await pause(clock, delayOf(policy, retryCount), signal);
      retryCount += 1;
      const exception = { message: (error as Error).message };
      const retryContext = { retryCount, maxRetryCount: policy.maxRetryCount, exception };
      attempt = { ...invocation, retryContext };
    }
  }
}

function delayOf(policy: RetryOptions, retryCount: number): number {
  const seconds = (duration: Duration | undefined): number => duration?.seconds ?? 0;
  if (policy.retryStrategy === 'fixedDelay') return seconds(policy.delayInterval) * 1000;
  const longest = policy.maximumInterval ? seconds(policy.maximumInterval) : Infinity;
  return Math.min(seconds(policy.minimumInterval) * 2 ** retryCount, longest) * 1000;
}

/** @throws what `signal` was aborted with, as soon as it is. */
function pause(clock: HostClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.at(clock.now() + milliseconds, resolve);
    signal.addEventListener('abort', () => {
      timer.cancel();
      reject(signal.reason as Error);
    });
  });
}
