import * as df from 'durable-functions';
import { vi } from 'vitest';
import type { World } from '../support/in-memory/world.ts';
// Functions can be registered only where there is something that takes them.
import '../support/in-process-workers.ts';

/**
 * Registers the app's orchestrator and activities in this process, once for all the test files that it
 * runs: whoever wants activities to do their work sets `current`, and takes it away again.
 */
export const world: { current: World | undefined } = { current: undefined };

vi.mock('../../src/azure/services-for.ts', () => ({
  servicesFor: () => world.current?.services(),
  durableClient: df.input.durableClient(),
}));
await import('../../functions/run-job.ts');
