/**
 * The one place that reads the time (a test checks that nothing else does).
 *
 * A host that runs on virtual time publishes its clock under a well-known symbol, so that the app
 * can follow it without knowing the host. Without one, time is the machine's.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `milliseconds` of this clock's time. */
  sleep(milliseconds: number): Promise<void>;
}

/** Under this global symbol a host may publish a {@link Clock} of its own before it loads the app. */
export const HOST_CLOCK = Symbol.for('functions-host.clock');

const machineClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** The clock in force: the host's if it published one, else the machine's. */
export function clock(): Clock {
  const published = (globalThis as Record<symbol, unknown>)[HOST_CLOCK];
  return (published as Clock | undefined) ?? machineClock;
}

/** The time in force as an ISO 8601 string in UTC, with milliseconds. */
export function nowIso(): string {
  return new Date(clock().now()).toISOString();
}
