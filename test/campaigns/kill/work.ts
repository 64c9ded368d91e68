import type { Random } from '../random.ts';
import type { PlannedJob } from './plan.ts';
import type { StackUnderFire } from './stack-under-fire.ts';
import type { Life } from './user.ts';

/** What is handed in to a stack under fire. */
export interface Work {
  /** Real milliseconds between two kills, at most: the longer the work, the longer. */
  longestPause: number;
  /** The app's setting DEPLOYMENTS; absent: jobs may name any. */
  deployments?: Readonly<Record<string, object>>;
  jobs(random: Random, seed: number): PlannedJob[];
  /**
   * What must hold beside what must hold of every kind.
   *
   * @param lives of all jobs of the seed, those of other work on the same stack among them.
   * @returns violations.
   */
  violations?(fire: StackUnderFire, lives: readonly Life[]): Promise<string[]>;
}

/** Several kinds of work on the same stack; none may plan faults that meet another's jobs. */
export function together(works: readonly Work[]): Work {
  return {
    longestPause: Math.max(...works.map(({ longestPause }) => longestPause)),
    deployments: Object.fromEntries(
      works.flatMap(({ deployments }) => Object.entries(deployments ?? {})),
    ),
    jobs: (random, seed) => works.flatMap((work) => work.jobs(random, seed)),
    async violations(fire, lives) {
      const found = works.map(async (work) => (await work.violations?.(fire, lives)) ?? []);
      return (await Promise.all(found)).flat();
    },
  };
}

/** So many of a seed's jobs, others with each seed in a row. */
export function someOf(count: number, work: Work): Work {
  return {
    ...work,
    jobs(random, seed) {
      const jobs = work.jobs(random, seed);
      const first = seed % jobs.length;
      return [...jobs, ...jobs].slice(first, first + count);
    },
  };
}
