import { execFileSync } from 'node:child_process';

/**
 * Builds once before any test: the local stack loads the package that is deployed, so tests that
 * bring it up must never meet a stale one.
 */
export default function build(): void {
  execFileSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' });
}
