import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackOptions } from '../../../src/local/stack/options.ts';
import type { Stack, StackAddresses } from '../../../src/local/stack/stack.ts';
import { launch } from '../../support/local-stack.ts';
import { retried } from '../../support/until.ts';
import type { Random } from '../random.ts';
import type { Target } from './plan.ts';

const SHORT_LOCKS = fileURLToPath(new URL('short-locks.ts', import.meta.url));

/** A local stack whose parts can be killed (SIGKILL) at any moment; all of it comes back. */
export class StackUnderFire {
  readonly #options: StackOptions;
  #stack: Stack;

  private constructor(options: StackOptions, stack: Stack) {
    this.#options = options;
    this.#stack = stack;
  }

  /** Two workers on virtual time. */
  static async start(more: StackOptions): Promise<StackUnderFire> {
    const options: StackOptions = {
      ...more,
      state: await mkdtemp(join(tmpdir(), 'longhaul-kill-')),
      workers: 2,
      virtualTime: true,
      programs: { serviceBus: SHORT_LOCKS },
    };
    return new StackUnderFire(options, await launch(options));
  }

  get addresses(): StackAddresses {
    return this.#stack.addresses;
  }

  /** @returns when a killed stack is up again; the supervisor brings back single programs by itself. */
  async kill(target: Target, random: Random): Promise<void> {
    if (target === 'stack') return this.#killAll();
    const pid = target === 'worker' ? await this.#worker(random) : this.#stack.process(target);
    if (pid !== undefined) sigkill(pid);
  }

  async #killAll(): Promise<void> {
    const { addresses } = this.#stack;
    await this.#stack.kill();
    this.#stack = await launch(this.#options);
    if (JSON.stringify(addresses) !== JSON.stringify(this.#stack.addresses)) {
      throw new Error('The stack did not come back at the addresses that it had.');
    }
  }

  /** One of the host's workers; none while the host is down. */
  async #worker(random: Random): Promise<number | undefined> {
    try {
      const status = await fetch(`${this.addresses.functions}/admin/host/status`);
      const { workers } = (await status.json()) as { workers: { processId: number }[] };
      return workers[random.between(0, workers.length - 1)]?.processId;
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    await this.#stack.stop();
    await rm(this.#stack.state, { recursive: true, force: true });
  }
}

/** It may have ended by itself just now. */
function sigkill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Again and again until it works, as a patient client does. */
export async function persistently<Result>(
  what: string,
  attempt: () => Promise<Result>,
  timeout = 60_000,
): Promise<Result> {
  return retried(attempt, timeout).catch((cause: unknown) => {
    throw new Error(`${what} never worked`, { cause });
  });
}
