import type { TestProject } from 'vitest/node';
import { startAzurite } from './azurite.ts';

/** One Azurite for all tests of a run: each start takes seconds of processor time. */
export async function share(project: TestProject): Promise<() => Promise<void>> {
  const azurite = await startAzurite();
  project.provide('azurite', azurite.ports);
  return () => azurite.stop();
}
