import { readEnvelope } from '../../src/jobs/envelope.ts';
import { accept } from '../../src/workflow/gate.ts';
import { listWatchedWork } from '../../src/workflow/listing.ts';
import type { ServicesWithEngine } from '../../src/workflow/services.ts';
import { sweep, SWEEP_INTERVAL } from '../../src/workflow/sweeper/sweep.ts';
import { MemoryBatchAccount } from '../../test/support/in-memory/batch-account.ts';
import { CalmEngine } from '../../test/support/in-memory/calm-engine.ts';
import { MemoryUpstream } from '../../test/support/in-memory/upstream.ts';
import { VirtualClock } from '../../test/support/in-memory/virtual-clock.ts';
import { DEPLOYMENT, World } from '../../test/support/in-memory/world.ts';
import { rounded, type Bench, type Result } from './result.ts';

const BATCHES = 500;
const FINISHED = 5_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** As the timer has it. */
const LIST_INTERVAL = 3 * MINUTE;

/** A virtual day of batches on an account with a past: what watching them costs upstream. */
export const BATCH_POLLING_BENCH: Bench = {
  name: 'batch polling',
  run: async () => {
    const clock = new VirtualClock();
    const uninstall = clock.install();
    try {
      return await new Day(clock).run();
    } finally {
      uninstall();
    }
  },
};

class Day {
  readonly #clock: VirtualClock;
  readonly #account = new MemoryBatchAccount({
    // From one to twenty-three hours, each its own.
    work: ({ customIds: [id = ''] }) => ({ runsFor: HOUR + (numberIn(id) / BATCHES) * 22 * HOUR }),
  });
  readonly #world = new World(new MemoryUpstream(), this.#account);
  readonly #engine: CalmEngine;
  readonly #services: ServicesWithEngine;
  #over = false;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.#engine = new CalmEngine(clock);
    this.#services = this.#world.services(undefined, this.#engine);
    this.#engine.services = this.#services;
  }

  async run(): Promise<Result[]> {
    this.#addPast();
    const handedIn = this.#handIn();
    void this.#every(LIST_INTERVAL, () => listWatchedWork(this.#services));
    void this.#every(SWEEP_INTERVAL, () => sweep(this.#services));
    await this.#clock.complete(handedIn);
    await this.#engine.settle(48 * HOUR);
    this.#over = true;
    return this.#results();
  }

  #addPast(): void {
    const now = this.#clock.now();
    for (let number = 1; number <= FINISHED; number += 1) {
      const createdAt = now - 30 * HOUR - number * MINUTE;
      this.#account.addBatch({ metadata: null }, ['a'], { runsFor: MINUTE }, createdAt);
    }
  }

  /** All of them within the first hour. */
  async #handIn(): Promise<void> {
    for (let number = 1; number <= BATCHES; number += 1) {
      await this.#clock.sleep(HOUR / BATCHES);
      const blob = `inbox/files/${number}.jsonl`;
      const body = { model: DEPLOYMENT, input: 'Why?' };
      const row = { custom_id: `row-${number}`, method: 'POST', url: '/v1/responses', body };
      this.#world.inbox.upload(blob, `${JSON.stringify(row)}\n`);
      const request = { model: DEPLOYMENT };
      const envelope = readEnvelope({ kind: 'batch', request, input: { blob } });
      await accept(this.#services, { id: `job-${number}`, envelope, source: { door: 'http' } });
    }
  }

  async #every(interval: number, work: () => Promise<unknown>): Promise<void> {
    for (;;) {
      await this.#clock.sleep(interval);
      if (this.#over) return;
      await work();
    }
  }

  #results(): Result[] {
    const { calls, callCount } = this.#account;
    const lists = calls.get('GET /batches') ?? 0;
    const conditions = { batches: BATCHES, finished: FINISHED, succeeded: this.#succeeded() };
    return [
      {
        name: 'batch: upstream calls per batch',
        value: rounded(callCount / BATCHES),
        unit: 'calls',
        lists: rounded(lists / BATCHES),
        ...conditions,
      },
      {
        name: 'batch: longest time to notice an end',
        value: rounded(this.#longestNotice() / 1_000),
        unit: 's',
        ...conditions,
      },
    ];
  }

  #succeeded(): number {
    const whole = this.#world.index.jobs().filter(({ part }) => part === undefined);
    return whole.filter(({ status }) => status === 'succeeded').length;
  }

  /** Until the part has its outputs and has ended; collecting takes no time here. */
  #longestNotice(): number {
    const parts = this.#world.index.jobs().filter(({ part }) => part !== undefined);
    const delays = parts.map(({ endedAt, upstream }) => {
      const batch = this.#account.batches.get(upstream?.id ?? '');
      return batch && endedAt ? Date.parse(endedAt) - batch.endsAt : Infinity;
    });
    return Math.max(...delays);
  }
}

function numberIn(customId: string): number {
  return Number(/\d+$/.exec(customId)?.[0] ?? 0);
}
