import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, in minutes of work: they begin first, so that what is short fills the
 * processors to the end. Vitest itself knows that only from an earlier run.
 */
const LONGEST = ['outage', 'video', 'crash', 'upstream-faults', 'one-stack', 'batch'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    return others.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((path) => moduleId.endsWith(path));
  return rank < 0 ? LONGEST.length : rank;
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    pool: 'forks',
    // One more than the processors of a small machine: whole stacks wait for themselves now and then.
    maxWorkers: 3,
    // A process runs many files, one after the other: loading the SDKs for each would take a minute.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Whole stacks on a busy machine: one that needed its second try is reported as such.
    retry: process.env['CI'] ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests start hundreds of processes from the same files.
    env: { NODE_COMPILE_CACHE: resolve('node_modules/.cache/node-compile-cache') },
  },
});
