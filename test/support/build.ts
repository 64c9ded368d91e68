import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Builds once before any test: the local stack loads the package that is deployed, so tests that
 * bring it up must never meet a stale one.
 *
 * @throws Error with what the build wrote, when it fails.
 */
export async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/build.ts']);
}
