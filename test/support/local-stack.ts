import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackOptions } from '../../src/local/stack/options.ts';
import type { Stack } from '../../src/local/stack/stack.ts';
import { EventLog } from './event-log.ts';
import { JobsApi } from './jobs-api.ts';
import { SimulatorControl } from './simulator-control.ts';
import { StackClock } from './stack-clock.ts';

/**
 * The compiled stack, which is what `npm start` runs; `test/support/build.ts` has just compiled it.
 * The address is put together so that type checking does not look for the compiled file.
 */
const COMPILED = new URL('../../dist/src/local/stack/stack.js', import.meta.url).href;

/** A whole local stack on a state directory of its own, with what tests need to talk to it. */
export class LocalStack {
  readonly stack: Stack;
  readonly jobs: JobsApi;
  readonly simulator: SimulatorControl;
  readonly events: EventLog;
  readonly clock: StackClock;

  constructor(stack: Stack) {
    this.stack = stack;
    this.jobs = new JobsApi(stack.addresses.functions);
    this.simulator = new SimulatorControl(stack.addresses.azureOpenAI);
    this.events = new EventLog(stack.addresses.serviceBus);
    this.clock = new StackClock(stack.addresses.functions);
  }

  get stackFile(): string {
    return join(this.stack.state, 'stack.json');
  }

  async stop(): Promise<void> {
    await this.events.close();
    await this.stack.stop();
    await rm(this.stack.state, { recursive: true, force: true });
  }
}

/** Two workers and every activity delivered twice, unless the test says otherwise. */
export async function startLocalStack(options: StackOptions = {}): Promise<LocalStack> {
  const state = options.state ?? (await mkdtemp(join(tmpdir(), 'longhaul-')));
  return new LocalStack(await launch({ ...DEFAULTS, ...options, state }));
}

const DEFAULTS: StackOptions = {
  usualPorts: false,
  workers: 2,
  deliverTwice: true,
  seed: 1,
  durationSeconds: '1-2',
};

/** As {@link startLocalStack}, for tests that kill and restart by themselves. */
export async function launch(options: StackOptions): Promise<Stack> {
  const { startStack } = (await import(COMPILED)) as {
    startStack: (options: StackOptions) => Promise<Stack>;
  };
  return startStack(options);
}
