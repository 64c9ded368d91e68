import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that bring up whole stacks, the longest first, each with how long it takes: about, in seconds. */
const WHOLE_STACKS = Object.entries({
  crash: 100,
  outage: 80,
  video: 60,
  'one-stack': 40,
  'upstream-faults': 30,
  batch: 22,
  'video-expiry': 11,
  secrets: 9,
  retirement: 8,
}).map(([name, seconds]) => ({ path: `test/e2e/${name}.test.ts`, seconds }));

/** How long any other file takes, in seconds: about, on average. */
const OTHERS = 0.9;

/** One more than the processors of a small machine: whole stacks wait for themselves now and then. */
const WORKERS = 3;

/**
 * Two whole stacks at once, and beside them files that take little: three would spend their time on
 * changing from one process to the next, and what takes little would be left over for the end.
 */
class WholeStacksInPairs extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const stacks = WHOLE_STACKS.flatMap(({ path, seconds }) =>
      sorted.filter(({ moduleId }) => moduleId.endsWith(path)).map((file) => ({ file, seconds })),
    );
    const others = sorted.filter((each) => !stacks.some(({ file }) => file === each));
    return merged(stacks, others);
  }
}

/** In the order in which workers take them up when at most two of them have a whole stack. */
function merged<File>(stacks: { file: File; seconds: number }[], others: File[]): File[] {
  const freeAt = Array.from({ length: WORKERS - 1 }, () => 0);
  const starts = stacks.map(({ file, seconds }) => {
    const lane = freeAt.indexOf(Math.min(...freeAt));
    const at = freeAt[lane] ?? 0;
    freeAt[lane] = at + seconds;
    return { file, at };
  });
  const rest = others.map((file, index) => ({ file, at: (index + 0.5) * OTHERS }));
  return [...starts, ...rest].toSorted((one, other) => one.at - other.at).map(({ file }) => file);
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    pool: 'forks',
    maxWorkers: WORKERS,
    // A process runs many files, one after the other: loading the SDKs for each would take a minute.
    isolate: false,
    sequence: { sequencer: WholeStacksInPairs },
    // Whole stacks on a busy machine: one that needed its second try is reported as such.
    retry: process.env['CI'] ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests start hundreds of processes from the same files.
    env: { NODE_COMPILE_CACHE: resolve('node_modules/.cache/node-compile-cache') },
  },
});
