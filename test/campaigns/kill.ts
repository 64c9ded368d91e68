import { setTimeout as delay } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import { JobIntents } from '../../src/azure/job-intents.ts';
import { isTerminal, type Status } from '../../src/jobs/status.ts';
import type { Intent } from '../../src/workflow/ports.ts';
import { EventLog, type ReceivedEvent } from '../support/event-log.ts';
import { JobsApi } from '../support/jobs-api.ts';
import { SimulatorControl } from '../support/simulator-control.ts';
import { until } from '../support/until.ts';
import { lastingViolations, paymentViolations, violationsOf, type Traces } from './kill/checks.ts';
import { JobStatuses } from './kill/job-statuses.ts';
import { killPlan, type PlannedKill } from './kill/plan.ts';
import { persistently, StackUnderFire } from './kill/stack-under-fire.ts';
import { User, type Life } from './kill/user.ts';
import type { Work } from './kill/work.ts';
import { inLanes } from './lanes.ts';
import { Random } from './random.ts';

/** How long the events of ended jobs may take, in real milliseconds. */
const EVENTS_WITHIN = 60_000;

export interface KillCampaigns {
  /** What is handed in. */
  work: Work;
  seeds: readonly number[];
  /** That are up at the same time: more than two only wait for each other on two cores. */
  stacks: number;
  /** Whether each activity goes to two workers. */
  deliverTwice: boolean;
}

/**
 * Runs many seeds, some on the same stack. One on which something went wrong is left for a new one.
 *
 * @param done hears of each seed as it ends, with its violations.
 */
export async function runKillCampaigns(
  { work, seeds, stacks, deliverTwice }: KillCampaigns,
  done: (seed: number, violations: readonly string[]) => void,
): Promise<void> {
  await inLanes(seeds, stacks, async (waiting) => {
    let campaign: KillCampaign | undefined;
    for (const seed of waiting) {
      campaign ??= await KillCampaign.start(work, { seed, deliverTwice });
      const violations = await campaign.run(seed);
      done(seed, violations);
      if (violations.length === 0) continue;
      await campaign.stop();
      campaign = undefined;
    }
    await campaign?.stop();
  });
}

/**
 * Kills (SIGKILL) the whole local stack, its host, single workers, storage, Service Bus and the rest
 * at moments that follow from a seed, while jobs come in through every door, and looks at what is left
 * when all is quiet: everything must have ended once, been told once and paid for once.
 */
export class KillCampaign {
  readonly #fire: StackUnderFire;
  readonly #work: Work;

  private constructor(fire: StackUnderFire, work: Work) {
    this.#fire = fire;
    this.#work = work;
  }

  /** Brings up a stack of its own; several seeds may be run on it, one after the other. */
  static async start(
    work: Work,
    options: { seed: number; deliverTwice: boolean },
  ): Promise<KillCampaign> {
    const environment = { DEPLOYMENTS: JSON.stringify(work.deployments) };
    return new KillCampaign(await StackUnderFire.start({ ...options, environment }), work);
  }

  /** @returns violations, each with its job and the seed. */
  async run(seed: number): Promise<string[]> {
    const { jobs, kills } = killPlan(seed, this.#work);
    const statuses = new JobStatuses(this.#fire.addresses.storage);
    const lives = jobs.map((planned) => new User(this.#fire, planned, statuses).live());
    const [settled] = await Promise.all([
      Promise.allSettled(lives),
      this.#killAll(kills, new Random(seed)),
    ]);
    const ended = settled.flatMap((life) => (life.status === 'fulfilled' ? [life.value] : []));
    const lost = settled.flatMap((life) =>
      life.status === 'rejected' ? [causes(life.reason)] : [],
    );
    return [...lost, ...(await this.#look(ended))].map((violation) => `seed ${seed}: ${violation}`);
  }

  stop(): Promise<void> {
    return this.#fire.stop();
  }

  async #killAll(kills: readonly PlannedKill[], random: Random): Promise<void> {
    for (const { target, after } of kills) {
      await delay(after);
      await this.#fire.kill(target, random);
    }
  }

  async #look(lives: readonly Life[]): Promise<string[]> {
    const { addresses } = this.#fire;
    await this.#up(lives);
    const events = await this.#events(lives.map(({ planned }) => planned.id));
    const { byRequestHash: creates } = await persistently('reading the creates', () =>
      new SimulatorControl(addresses.azureOpenAI).creates(),
    );
    const traces = await Promise.all(lives.map((life) => this.#traces(life, events)));
    const violations = [...paymentViolations(traces, creates)];
    for (const trace of traces) {
      const lasting = await lastingViolations(trace.life, new JobsApi(addresses.functions));
      const found = [...violationsOf(trace), ...lasting];
      violations.push(...found.map((what) => `${trace.life.planned.id}: ${what}`));
    }
    return [...violations, ...((await this.#work.violations?.(this.#fire, lives)) ?? [])];
  }

  /** The last kill may come after the last end. A job that stays away is left to the checks. */
  async #up(lives: readonly Life[]): Promise<void> {
    const jobs = new JobsApi(this.#fire.addresses.functions);
    const answering = async (id: string) => {
      if (!(await jobs.job(id))) throw new Error(`${id} is not there.`);
    };
    const looked = lives.map(({ ended: { id } }) =>
      persistently(`seeing ${id}`, () => answering(id)),
    );
    await Promise.allSettled(looked);
  }

  async #traces(life: Life, events: readonly ReceivedEvent[]): Promise<Traces> {
    const { id } = life.planned;
    const about = events.filter(({ subject }) => subject === id);
    return { life, intents: await this.#intents(id), events: about };
  }

  /** Everything that a subscriber who was away all the time finds waiting. */
  async #events(ids: readonly string[]): Promise<ReceivedEvent[]> {
    const log = new EventLog(this.#fire.addresses.serviceBus);
    try {
      const missing = () => ids.filter((id) => !log.of(id).some(isTerminalEvent));
      await until(() => (missing().length === 0 ? true : undefined), {
        timeout: EVENTS_WITHIN,
      }).catch(() => undefined);
      return log.received;
    } finally {
      await log.close();
    }
  }

  async #intents(jobId: string): Promise<Intent[]> {
    const options = { allowInsecureConnection: true };
    const { storage } = this.#fire.addresses;
    const intents = new JobIntents(TableClient.fromConnectionString(storage, 'jobs', options));
    const found: Intent[] = [];
    for (let number = 1; ; number += 1) {
      const intent = await intents.read({ jobId, number });
      if (!intent) return found;
      found.push(intent);
    }
  }
}

function isTerminalEvent({ data }: ReceivedEvent): boolean {
  return isTerminal(data['status'] as Status);
}

function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${causes(error.cause)}`;
}
