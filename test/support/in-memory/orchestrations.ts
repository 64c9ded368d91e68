import type { Orchestrations } from '../../../src/workflow/ports.ts';
import type { Around } from './around.ts';

/** What the durable engine was told; orchestrations stay live until a test ends them. */
export class EngineRecord {
  readonly live = new Set<string>();
  readonly starts: string[] = [];
  readonly wakes: string[] = [];
  readonly purges: string[] = [];
}

/** A durable engine that starts orchestrations and carries out nothing. */
export class MemoryOrchestrations implements Orchestrations {
  readonly #record: EngineRecord;
  readonly #around: Around;

  constructor(record: EngineRecord, around: Around) {
    this.#record = record;
    this.#around = around;
  }

  async start(jobId: string): Promise<void> {
    await this.#around('engine.start', () => {
      if (this.#record.live.has(jobId)) return;
      this.#record.live.add(jobId);
      this.#record.starts.push(jobId);
    });
  }

  isLive(jobId: string): Promise<boolean> {
    return this.#around('engine.isLive', () => this.#record.live.has(jobId));
  }

  async wake(jobId: string): Promise<void> {
    await this.#around('engine.wake', () => this.#record.wakes.push(jobId));
  }

  async purgeBefore(time: string): Promise<void> {
    await this.#around('engine.purge', () => this.#record.purges.push(time));
  }
}
