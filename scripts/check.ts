import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What is checked without running anything, each by an npm script of its own. */
const CHECKS = ['format:check', 'lint', 'types'];

/** All at the same moment: the formatter alone keeps one processor busy for as long as the others take. */
await Promise.all(CHECKS.map(check));

async function check(script: string): Promise<void> {
  const run = promisify(execFile)(process.execPath, ['--run', script]);
  const { stdout, stderr } = await run.catch((failed: Awaited<typeof run>) => {
    process.exitCode = 1;
    return failed;
  });
  process.stdout.write(stdout + stderr);
}
