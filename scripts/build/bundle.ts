import { globSync } from 'node:fs';
import { build } from 'esbuild';

/** Where `main` of package.json points. */
export const BUNDLE = 'dist/functions/main.cjs';

/**
 * Bundles all functions with everything they need into one file, which loads in a fraction of the
 * time that some thousand files take. CommonJS, because some dependencies call `require`.
 */
export async function bundle(): Promise<void> {
  const functions = globSync('functions/*.ts').sort();
  await build({
    stdin: {
      contents: functions.map((path) => `import './${path}';`).join('\n'),
      resolveDir: process.cwd(),
    },
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // The oldest Node that the app runs on (package.json, engines).
    target: 'node22',
    sourcemap: true,
    sourcesContent: false,
    // Names in stack traces and in durable-functions' own checks stay what they are.
    keepNames: true,
    // The Functions worker provides it at run time.
    external: ['@azure/functions-core'],
    logLevel: 'warning',
  });
}
