import { execFileSync } from 'node:child_process';
import { bundle } from './build/bundle.ts';
import { layOutPackage } from './build/package.ts';

// The stand-ins are compiled file by file: they run from this repository and are never deployed.
// Types are checked by `npm run types`.
execFileSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck'],
  { stdio: 'inherit' },
);
await bundle();
layOutPackage();
