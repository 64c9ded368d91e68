import type { TestProject } from 'vitest/node';
import { build } from './build.ts';
import { share } from './shared-azurite.ts';

/**
 * What all tests of a run find ready; neither waits for the other.
 *
 * @returns what ends it.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const [shared, built] = await Promise.allSettled([share(project), build()]);
  if (shared.status === 'rejected') throw shared.reason;
  if (built.status === 'fulfilled') return shared.value;
  await shared.value();
  throw built.reason;
}
