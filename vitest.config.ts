import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests that start processes, listen on ports or register functions: each file in a process of its own. */
const APART = [
  'test/e2e/**',
  'test/local/{functions-host,service-bus,event-grid,stack,storage}/**',
];
const WHOLE = ['test/azure/**', 'test/package.test.ts'];

const tests = (paths: string[]) => paths.map((path) => path.replace(/\*\*$/, '**/*.test.ts'));

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Whole stacks on a busy machine: one that needed its second try is reported as such.
    retry: process.env['CI'] ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests start hundreds of processes from the same files.
    env: { NODE_COMPILE_CACHE: resolve('node_modules/.cache/node-compile-cache') },
    projects: [
      {
        extends: true,
        test: {
          name: 'apart',
          include: tests([...APART, ...WHOLE]),
          globalSetup: ['test/support/build.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: tests([...APART, ...WHOLE]),
          isolate: false,
        },
      },
    ],
  },
});
