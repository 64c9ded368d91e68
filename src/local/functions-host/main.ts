#!/usr/bin/env node
/** The command `functions-local`: looks at the version of Node before anything else is loaded. */
import { tooOld } from './node-version.ts';

const reason = tooOld(process.versions.node);
if (reason === undefined) {
  // Loaded only now: it needs modules that older versions do not have.
  const { runProgram } = await import('./program.ts');
  await runProgram();
} else {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}
