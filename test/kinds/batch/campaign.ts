import { isTerminal } from '../../../src/jobs/status.ts';
import { UpstreamConnectionError, type UpstreamReply } from '../../../src/kinds/upstream.ts';
import { listWatchedWork } from '../../../src/workflow/listing.ts';
import { accept } from '../../../src/workflow/gate.ts';
import { readEnvelope } from '../../../src/jobs/envelope.ts';
import { keepJobs } from '../../../src/workflow/upkeep.ts';
import { sweep, SWEEP_INTERVAL } from '../../../src/workflow/sweeper/sweep.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import { Random } from '../../campaigns/random.ts';
import { Engine } from '../../campaigns/response/engine.ts';
import { DIED, Process } from '../../campaigns/response/process.ts';
import { Weather } from '../../campaigns/response/weather.ts';
import { MemoryBatchAccount } from '../../support/in-memory/batch-account.ts';
import { MemoryUpstream, refusal } from '../../support/in-memory/upstream.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { DEPLOYMENT, World } from '../../support/in-memory/world.ts';
import { row, rows } from './support.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ROWS = 6;

/** Later than the last end, and the sweeps that follow it. */
const HORIZON = 3 * 24 * HOUR;

/** Breaks something on purpose, to see that a campaign notices. */
export interface Sabotage {
  /** Lists of batches do not say whose they are. */
  hidesMetadata?: true;
  neverSweeps?: true;
}

/**
 * Carries a few batch jobs, each in parts, to their ends in a world in memory where, by the seed,
 * processes die, storage is away, activities run twice, orchestrations are lost and answers of
 * upstream never come.
 *
 * @returns what must never happen and did.
 */
export async function runBatchCampaign(seed: number, sabotage: Sabotage = {}): Promise<string[]> {
  const clock = new VirtualClock();
  const uninstall = clock.install();
  try {
    return await new Campaign(seed, clock, sabotage).run();
  } finally {
    uninstall();
  }
}

class Campaign {
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #weather: Weather;
  readonly #account: MemoryBatchAccount;
  readonly #world: World;
  readonly #engine: Engine;
  readonly #sabotage: Sabotage;
  readonly #ids: string[] = [];

  constructor(seed: number, clock: VirtualClock, sabotage: Sabotage) {
    this.#clock = clock;
    this.#sabotage = sabotage;
    this.#random = new Random(seed);
    this.#weather = new Weather(this.#random, clock);
    this.#account = this.#troubledAccount();
    this.#world = new World(new MemoryUpstream(), this.#account);
    const tokens = Math.ceil(row('row-1').length / 3);
    const enqueuedTokens = tokens * this.#random.between(2, ROWS * 2) + 10;
    this.#world.deployment = { facts: { name: DEPLOYMENT }, limits: { enqueuedTokens } };
    const nothing = () => undefined;
    this.#engine = new Engine({
      random: this.#random,
      clock,
      weather: this.#weather,
      process: () => this.#process(),
      recorder: { began: nothing, recorded: nothing, diverged: nothing, threw: nothing },
    });
  }

  async run(): Promise<string[]> {
    const began = this.#clock.now();
    for (let number = this.#random.between(1, 3); number > 0; number -= 1) this.#begin(number);
    this.#every(MINUTE, (services) => keepJobs(services));
    this.#every(3 * MINUTE, listWatchedWork);
    if (!this.#sabotage.neverSweeps) this.#every(SWEEP_INTERVAL, sweep);
    while (this.#clock.now() < began + HORIZON && (await this.#clock.advance()));
    return [...this.#ids.flatMap((id) => this.#faultsOf(id)), ...this.#strays()];
  }

  /** Calls that are cut before or after their work, and refusals that pass. */
  #troubledAccount(): MemoryBatchAccount {
    const cut = () => new UpstreamConnectionError('cut', true);
    return new MemoryBatchAccount({
      answer: () => {
        if (!this.#weather.strikes('upstream')) return undefined;
        if (this.#random.chance(0.5)) return refusal(503, 'Away.');
        throw cut();
      },
      instead: (call, reply) => {
        if (this.#weather.strikes('upstream')) throw cut();
        const hides = this.#sabotage.hidesMetadata && call === 'GET /batches';
        return hides ? withoutMetadata(reply) : reply;
      },
      work: () => ({
        runsFor: this.#random.between(1, 120) * MINUTE,
        ends: this.#random.pick(['completed', 'completed', 'expired']),
        answered: 0.5,
        failing: new Map([['row-3', this.#random.pick([400, 429])]]),
      }),
    });
  }

  #process(): Process {
    return new Process(
      this.#weather,
      () => undefined,
      (around) => this.#world.services(around, this.#engine.reachedThrough(around)),
    );
  }

  #begin(number: number): void {
    const id = `job-${number}`;
    const blob = `inbox/files/${id}.jsonl`;
    this.#ids.push(id);
    this.#world.inbox.upload(blob, rows(ROWS));
    const request = { model: DEPLOYMENT };
    const envelope = readEnvelope({ kind: 'batch', request, input: { blob } });
    void this.#untilDone((services) =>
      accept(services, { id, envelope, source: { door: 'http' } }),
    );
  }

  /** As whoever sends a message does: again and again. */
  async #untilDone(work: (services: ServicesWithEngine) => Promise<unknown>): Promise<void> {
    for (;;) {
      const done = await this.#tried(work);
      if (done) return;
      await this.#clock.sleep(MINUTE);
    }
  }

  async #tried(work: (services: ServicesWithEngine) => Promise<unknown>): Promise<boolean> {
    const outcome = await this.#process().run((services) =>
      work(services).then(
        () => true,
        () => false,
      ),
    );
    return outcome !== DIED && outcome;
  }

  #every(interval: number, work: (services: ServicesWithEngine) => Promise<unknown>): void {
    const timer = async () => {
      for (;;) {
        await this.#clock.sleep(interval);
        await this.#tried(work);
      }
    };
    void timer();
  }

  #faultsOf(id: string): string[] {
    const job = this.#world.index.job(id);
    if (!job || !isTerminal(job.status)) return [`${id} has not ended: it is ${job?.status}`];
    return [...this.#ledgerFaults(id), ...this.#eventFaults(id), ...this.#batchFaults(id)];
  }

  #ledgerFaults(id: string): string[] {
    const file = this.#world.outputs.get(`${id}/summary.json`);
    if (!file) return [`${id} has no summary: ${JSON.stringify(this.#world.index.job(id)?.error)}`];
    const summary = JSON.parse(file.content.toString()) as Record<string, number>;
    const { succeeded = 0, failed = 0, missing = 0 } = summary;
    const isClosed = succeeded + failed + missing === ROWS && summary['rows'] === ROWS;
    return isClosed ? [] : [`the ledger of ${id} is open: ${file.content.toString()}`];
  }

  #eventFaults(id: string): string[] {
    const ids = this.#world.topic
      .map((message) => message.id)
      .filter((event) => event.startsWith(id) && /succeeded|failed|cancelled|expired/.test(event));
    return new Set(ids).size === 1 ? [] : [`${id} ended in ${ids.length} events: ${ids.join()}`];
  }

  /** One batch for each part, and none for anything else. */
  #batchFaults(id: string): string[] {
    const created = [...this.#account.batches.values()]
      .map(({ body }) => (body['metadata'] as Record<string, string>)['longhaul_job'] ?? '')
      .filter((partId) => partId.startsWith(`${id}.`));
    const parts = this.#world.index.jobs().filter(({ part }) => part?.of === id);
    const faults = parts
      .map((part) => ({ part, batches: created.filter((partId) => partId === part.id).length }))
      .filter(({ batches }) => batches !== 1);
    return faults.map(({ part, batches }) => `${part.id} has ${batches} batches`);
  }

  #strays(): string[] {
    return this.#account.uploads.map((name) => `${name} was left upstream`);
  }
}

function withoutMetadata(reply: UpstreamReply): UpstreamReply {
  const body = reply.body as { data: Record<string, unknown>[] };
  return {
    ...reply,
    body: { ...body, data: body.data.map((one) => ({ ...one, metadata: null })) },
  };
}
