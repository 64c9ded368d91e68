import type { Options } from '../../../src/jobs/envelope.ts';

export type Priority = NonNullable<Options['priority']>;

/** A job as it went, in milliseconds since the epoch. */
export interface Run {
  id: string;
  priority: Priority;
  /** When it came to Longhaul. */
  arrived: number;
  /** When it began and ended upstream, by upstream's own word. */
  began: number;
  ended: number;
}

export const PRIORITIES = ['high', 'normal', 'low'] as const;

/** Fewer are high than normal, in no regular turn with anything else. */
const TURNS = ['normal', 'low', 'high', 'normal', 'high', 'normal', 'low'] as const;

/** The priority of the job that is handed in as this number. */
export function priorityOf(number: number): Priority {
  return TURNS[number % TURNS.length] ?? 'normal';
}

/**
 * Those that began although another was waiting that came before it, by priority and then by
 * arrival. Upstream tells times in whole seconds, so those of the same second are in any order.
 */
export function outOfTurn(runs: readonly Run[]): string[] {
  return runs.flatMap((run) =>
    runs
      .filter((other) => other.arrived < run.began && other.began > run.began)
      .filter((other) => comesBefore(other, run))
      .map((other) => `${run.id} (${run.priority}) began before ${other.id} (${other.priority})`),
  );
}

function comesBefore(one: Run, other: Run): boolean {
  const ranks = PRIORITIES.indexOf(one.priority) - PRIORITIES.indexOf(other.priority);
  return ranks < 0 || (ranks === 0 && one.arrived < other.arrived);
}

/**
 * How long the same work takes when a place never stays empty: each piece, in the order in which they
 * began, takes the place that is free first.
 *
 * @returns milliseconds.
 */
export function greedyTime(runs: readonly Run[], places: number): number {
  const free = Array.from({ length: places }, () => 0);
  for (const { began, ended } of runs.toSorted((one, other) => one.began - other.began)) {
    const first = free.indexOf(Math.min(...free));
    free[first] = (free[first] ?? 0) + (ended - began);
  }
  return Math.max(...free);
}
