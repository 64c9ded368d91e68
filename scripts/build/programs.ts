import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { REPLACED_MODULES } from '../../src/local/storage/replaced-modules.ts';

const SOURCES = 'src/local';
const PROGRAMS = 'dist/src/local';

/** Each is a process, or loaded by one: `stack` by tests and scripts. */
const ENTRIES = [
  'azure-openai/main',
  'event-grid/main',
  'service-bus/main',
  'stack/main',
  'stack/stack',
  'storage/main',
];

/** Its `main` looks at the version of Node before it loads the rest, so that is a file of its own. */
const HOST_ENTRIES = ['main', 'program', 'worker/main'];

const OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  // The oldest Node that the app runs on (package.json, engines).
  target: 'node22',
  external: [...REPLACED_MODULES],
  // Some dependencies are CommonJS and call `require` for what Node has.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
};

/**
 * Bundles each program of the local stack with everything it needs: a stack is seven processes, and to
 * find and read up to nine hundred files was most of what it took to start them. They lie as their
 * sources do, since they find each other by their paths.
 */
export async function bundlePrograms(): Promise<void> {
  await Promise.all([
    build({ ...OPTIONS, ...layout('', ENTRIES) }),
    build({ ...OPTIONS, ...layout('functions-host', HOST_ENTRIES), splitting: true }),
  ]);
}

function layout(folder: string, entries: readonly string[]): BuildOptions {
  return {
    entryPoints: entries.map((entry) => join(SOURCES, folder, `${entry}.ts`)),
    outbase: join(SOURCES, folder),
    outdir: join(PROGRAMS, folder),
  };
}
