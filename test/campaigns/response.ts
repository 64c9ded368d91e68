import type { KindName } from '../../src/jobs/envelope.ts';
import { serveQueues } from '../../src/workflow/admission/serve-queues.ts';
import type { DeploymentLimits } from '../../src/workflow/ports.ts';
import { sweep } from '../../src/workflow/sweeper/sweep.ts';
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
import { withSearchedKind } from './response/searched-kind.ts';
import { Process } from './response/process.ts';
import { Random } from './random.ts';
import { upstreamScript } from './response/upstream-weather.ts';
import { Weather } from './response/weather.ts';

const MINUTE = 60_000;

/** Later than any deadline, and the day for which outputs are tried beyond it. */
const HORIZON = 5 * 86_400_000;

/** What a campaign is about. */
interface Scene {
  kind: KindName;
  /** At most. */
  jobs: number;
  limits: DeploymentLimits;
}

const RESPONSES: Scene = { kind: 'response', jobs: 3, limits: {} };
const SEARCHED: Scene = { kind: 'fine-tuning', jobs: 5, limits: { concurrent: 2 } };

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
  /** What the app wrote into its log, each kind of line once. */
  noted: string[];
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
  return runCampaign(RESPONSES, seed, sabotage);
}

/**
 * The same with jobs that wait for places, get something ready, are found again when their creates
 * get no answer, may be turned away, and whose outputs vanish.
 */
export async function runSearchedCampaign(
  seed: number,
  sabotage: Sabotage = (services) => services,
): Promise<CampaignResult> {
  return withSearchedKind(() => runCampaign(SEARCHED, seed, sabotage));
}

async function runCampaign(
  scene: Scene,
  seed: number,
  sabotage: Sabotage,
): Promise<CampaignResult> {
  const clock = new VirtualClock();
  const uninstall = clock.install();
  try {
    return await new Campaign(scene, seed, clock, sabotage).run();
  } finally {
    uninstall();
  }
}

class Campaign implements Stage {
  readonly random: Random;
  readonly clock: VirtualClock;
  readonly world: World;
  readonly #scene: Scene;
  readonly #seed: number;
  readonly #sabotage: Sabotage;
  readonly #began: number;
  readonly #weather: Weather;
  readonly #audit: Audit;
  readonly #engine: Engine;
  #busy = 0;

  constructor(scene: Scene, seed: number, clock: VirtualClock, sabotage: Sabotage) {
    this.#scene = scene;
    this.#seed = seed;
    this.#sabotage = sabotage;
    this.clock = clock;
    this.#began = clock.now();
    this.random = new Random(seed);
    this.#weather = new Weather(this.random, clock);
    this.world = new World(new MemoryUpstream(upstreamScript(this.random, this.#weather)));
    this.world.deployment = { ...this.world.deployment, limits: scene.limits };
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
    for (let number = this.random.between(1, this.#scene.jobs); number > 0; number -= 1)
      this.#begin(`job-${number}`);
    void this.#upkeep();
    while (this.#elapsed < HORIZON && (await this.clock.advance()));
    auditEnding(this.world, this.#audit);
    return this.#result();
  }

  /** One job with everybody who has to do with it. */
  #begin(id: string): void {
    const { random } = this;
    const envelope = { ...envelopeOf(random, this.world, id), kind: this.#scene.kind };
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
      await this.process().run((services) => tended(services).catch(() => undefined));
    }
  }

  get #isAtRest(): boolean {
    const { index, admission } = this.world;
    const isFree = admission.desk(DEPLOYMENT).holders.length === 0;
    return this.#busy === 0 && this.#engine.isIdle && index.marks.size === 0 && isFree;
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
      noted: [...new Set(this.world.journal.map(({ event }) => String(event)))],
      lasted: this.#elapsed,
    };
  }
}

/** What the timers do. */
async function tended(services: ServicesWithEngine): Promise<void> {
  await keepJobs(services);
  await serveQueues(services);
  await sweep(services);
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
