import { keepJobs } from '../../src/workflow/upkeep.ts';
import type { ServicesWithEngine } from '../../src/workflow/services.ts';
import { MemoryUpstream } from '../support/in-memory/upstream.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { DEPLOYMENT, World } from '../support/in-memory/world.ts';
import { Audit } from './response/audit.ts';
import { auditEnding } from './response/ending.ts';
import { Engine } from './response/engine.ts';
import {
  cancelLater,
  chooseWhenAsked,
  hasEnded,
  submit,
  type Envelope,
  type Stage,
} from './response/people.ts';
import { Process } from './response/process.ts';
import { Random } from './random.ts';
import { upstreamScript } from './response/upstream-weather.ts';
import { Weather } from './response/weather.ts';

const MINUTE = 60_000;

/** Later than any deadline, and the day for which outputs are tried beyond it. */
const HORIZON = 5 * 86_400_000;

/** Breaks services on purpose, to see that a campaign notices. */
export type Sabotage = (services: ServicesWithEngine) => ServicesWithEngine;

export interface CampaignResult {
  seed: number;
  /** What must never happen and did; each names the seed that makes it happen again. */
  violations: string[];
  /** How the jobs ended. */
  statuses: string[];
  intents: number;
  creates: number;
  operations: number;
  /** Milliseconds of virtual time. */
  lasted: number;
}

/**
 * Carries a few jobs of kind `response` to their ends in a world in memory where, by the seed,
 * processes die, storage and Service Bus are away, activities run twice, orchestrations are lost,
 * upstream misbehaves and people change their minds. The same seed gives the same campaign.
 */
export async function runResponseCampaign(
  seed: number,
  sabotage: Sabotage = (services) => services,
): Promise<CampaignResult> {
  const clock = new VirtualClock();
  const uninstall = clock.install();
  try {
    return await new Campaign(seed, clock, sabotage).run();
  } finally {
    uninstall();
  }
}

class Campaign implements Stage {
  readonly random: Random;
  readonly clock: VirtualClock;
  readonly world: World;
  readonly #seed: number;
  readonly #sabotage: Sabotage;
  readonly #began: number;
  readonly #weather: Weather;
  readonly #audit: Audit;
  readonly #engine: Engine;
  #busy = 0;

  constructor(seed: number, clock: VirtualClock, sabotage: Sabotage) {
    this.#seed = seed;
    this.#sabotage = sabotage;
    this.clock = clock;
    this.#began = clock.now();
    this.random = new Random(seed);
    this.#weather = new Weather(this.random, clock);
    this.world = new World(new MemoryUpstream(upstreamScript(this.random, this.#weather)));
    this.#audit = new Audit(this.world, [SECRET]);
    this.#engine = new Engine({
      random: this.random,
      clock,
      weather: this.#weather,
      process: () => this.process(),
      recorder: this.#audit,
    });
  }

  process(): Process {
    return new Process(
      this.#weather,
      (operation) => this.#audit.witness(operation),
      (around) => this.#sabotage(this.world.services(around, this.#engine.reachedThrough(around))),
    );
  }

  async run(): Promise<CampaignResult> {
    for (let number = this.random.between(1, 3); number > 0; number -= 1)
      this.#begin(`job-${number}`);
    void this.#upkeep();
    while (this.#elapsed < HORIZON && (await this.clock.advance()));
    auditEnding(this.world, this.#audit);
    return this.#result();
  }

  /** One job with everybody who has to do with it. */
  #begin(id: string): void {
    const { random } = this;
    const envelope = envelopeOf(random, this.world, id);
    this.#attend(submit(this, envelope));
    for (let copies = random.between(0, 2); copies > 0; copies -= 1) {
      this.#attend(this.#submitLater(envelope, random.pick([0, 0, 1_000, MINUTE])));
    }
    if (random.chance(0.2)) {
      this.#attend(this.#submitLater(otherContent(envelope), random.pick([0, 10, MINUTE])));
    }
    if (random.chance(0.3)) this.#attend(this.#submitAfterTheEnd(envelope));
    if (random.chance(0.3)) this.#attend(cancelLater(this, id));
    if (random.chance(0.7)) this.#attend(chooseWhenAsked(this, id));
  }

  async #submitLater(envelope: Envelope, delay: number): Promise<void> {
    await this.clock.sleep(delay);
    await submit(this, envelope);
  }

  async #submitAfterTheEnd(envelope: Envelope): Promise<void> {
    while (!hasEnded(this, envelope.id)) await this.clock.sleep(10 * MINUTE);
    await submit(this, envelope);
  }

  #attend(work: Promise<void>): void {
    this.#busy += 1;
    void work.finally(() => (this.#busy -= 1));
  }

  /** The timer that looks after open jobs; here it grows slower while nothing happens. */
  async #upkeep(): Promise<void> {
    for (let wait = MINUTE; !this.#isAtRest; wait = Math.min(wait * 1.5, 10 * MINUTE)) {
      await this.clock.sleep(wait);
      await this.process().run((services) => keepJobs(services).catch(() => undefined));
    }
  }

  get #isAtRest(): boolean {
    return this.#busy === 0 && this.#engine.isIdle && this.world.index.marks.size === 0;
  }

  get #elapsed(): number {
    return this.clock.now() - this.#began;
  }

  #result(): CampaignResult {
    const { index, upstream } = this.world;
    return {
      seed: this.#seed,
      violations: [...this.#audit.violations].map((text) => `seed ${this.#seed}: ${text}`),
      statuses: index.jobs().map(({ status }) => status),
      intents: index.intents.size,
      creates: upstream.made.size,
      operations: this.#audit.operations,
      lasted: this.#elapsed,
    };
  }
}

/** Planted in every request; it must not turn up anywhere else. */
const SECRET = 'planted-5ecret-0f-an-mcp-server';

function envelopeOf(random: Random, world: World, id: string): Envelope {
  const request = {
    model: DEPLOYMENT,
    input: `${id}: what is the answer?`,
    tools: [
      {
        type: 'mcp',
        server_label: 'docs',
        server_url: 'https://mcp.example/sse',
        headers: { Authorization: `Bearer ${SECRET}` },
        require_approval: 'never',
      },
    ],
  };
  const deadline = random.pick(['PT10M', 'PT1H', 'PT6H', 'PT24H']);
  const keepUpstream = random.chance(0.7);
  const onUncertainSubmission = random.pick(['hold', 'hold', 'resubmit']);
  const options = { deadline, keepUpstream, onUncertainSubmission };
  const content = random.chance(0.2) ? inBlob(world, id, request) : { request };
  return { id, kind: 'response', ...content, options, labels: { team: 'research' } };
}

function inBlob(world: World, id: string, request: object): { input: { blob: string } } {
  const blob = `inbox/requests/${id}.json`;
  world.inbox.upload(blob, request);
  return { input: { blob } };
}

function otherContent(envelope: Envelope): Envelope {
  return { ...envelope, labels: { team: 'sales' } };
}
