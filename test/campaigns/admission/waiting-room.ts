import type { Orchestrations } from '../../../src/workflow/ports.ts';
import type { Around } from '../../support/in-memory/around.ts';
import type { Alarm } from '../../support/in-memory/virtual-clock.ts';

/** The orchestrations of those who wait; a wake that comes while nobody waits is kept. */
export class WaitingRoom implements Orchestrations {
  readonly #woken = new Map<string, PromiseWithResolvers<void>>();

  reachedThrough(around: Around): Orchestrations {
    return {
      start: (jobId) => around('engine.start', () => this.start(jobId)),
      isLive: (jobId) => around('engine.isLive', () => this.isLive(jobId)),
      wake: (jobId) => around('engine.wake', () => this.wake(jobId)),
      purgeBefore: () => around('engine.purge', () => this.purgeBefore()),
    };
  }

  async waits(jobId: string, alarm: Alarm): Promise<void> {
    await Promise.race([alarm.rings, this.#of(jobId).promise]);
    alarm.cancel();
    this.#woken.delete(jobId);
  }

  async start(_jobId: string): Promise<void> {}

  async isLive(_jobId: string): Promise<boolean> {
    return true;
  }

  async wake(jobId: string): Promise<void> {
    this.#of(jobId).resolve();
  }

  async purgeBefore(): Promise<void> {}

  #of(jobId: string): PromiseWithResolvers<void> {
    const woken = this.#woken.get(jobId) ?? Promise.withResolvers<void>();
    this.#woken.set(jobId, woken);
    return woken;
  }
}
