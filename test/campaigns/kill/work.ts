import type { Random } from '../random.ts';
import type { PlannedJob } from './plan.ts';
import type { StackUnderFire } from './stack-under-fire.ts';
import type { Life } from './user.ts';

/** What is handed in to a stack under fire. */
export interface Work {
  /** Real milliseconds between two kills, at most: the longer the work, the longer. */
  longestPause: number;
  /** Settings of the app. */
  environment?: NodeJS.ProcessEnv;
  jobs(random: Random, seed: number): PlannedJob[];
  /** What must hold beside what must hold of every kind. Each answer is one violation. */
  violations?(fire: StackUnderFire, lives: readonly Life[]): Promise<string[]>;
}
