import { globSync } from 'node:fs';
import { build } from 'esbuild';

/** Where `main` of package.json points. */
export const BUNDLE = 'dist/functions/main.cjs';

/**
 * Bundles all functions with everything they need into one file, which loads in a fraction of the
 * time that some thousand files take. CommonJS, because some dependencies call `require`.
 *
 * @param packages whether dependencies become part of it or stay in `node_modules`.
 */
export async function bundle(
  outfile = BUNDLE,
  packages: 'bundle' | 'external' = 'bundle',
): Promise<void> {
  const functions = globSync('functions/*.ts').sort();
  await build({
    stdin: {
      contents: functions.map((path) => `import './${path}';`).join('\n'),
      resolveDir: process.cwd(),
    },
    outfile,
    bundle: true,
    // A cold start reads and compiles all of it; a third of it is white space.
    minifyWhitespace: true,
    minifySyntax: true,
    packages,
    // As modules, of which esbuild takes what is used: else some packages of the SDK come in both kinds.
    mainFields: ['module', 'main'],
    platform: 'node',
    format: 'cjs',
    // The oldest Node that the app runs on (package.json, engines).
    target: 'node22',
    sourcemap: true,
    sourcesContent: false,
    // Names are not shortened. `keepNames` would also keep those few that two modules share, at the
    // price of a call for every function and closure that is made: a tenth of the time to load.
    // The Functions worker provides it at run time.
    external: ['@azure/functions-core'],
    logLevel: 'warning',
  });
}
