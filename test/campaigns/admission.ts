import { admitJob } from '../../src/workflow/activities/admit-job.ts';
import { release } from '../../src/workflow/admission/admission.ts';
import { serveQueues } from '../../src/workflow/admission/serve-queues.ts';
import { changeOpenJob } from '../../src/workflow/change-job.ts';
import type { AdmissionStore, DeploymentLimits } from '../../src/workflow/ports.ts';
import type { ServicesWithEngine } from '../../src/workflow/services.ts';
import { SWEEP_INTERVAL, sweep } from '../../src/workflow/sweeper/sweep.ts';
import type { Job } from '../../src/jobs/job.ts';
import { aJob } from '../support/in-memory/a-job.ts';
import type { Around } from '../support/in-memory/around.ts';
import { VirtualClock } from '../support/in-memory/virtual-clock.ts';
import { DEPLOYMENT, World } from '../support/in-memory/world.ts';
import { WaitingRoom } from './admission/waiting-room.ts';
import { Watch } from './admission/watch.ts';
import { Random } from './random.ts';
import { DIED, Process } from './response/process.ts';
import { Weather } from './response/weather.ts';

const MINUTE = 60_000;
const LONGEST_WAIT = 600_000;

/** Milliseconds after which work that died in someone's hands is handed out again, at the latest. */
const REDELIVERY = 120_000;

export interface Arrival {
  id: string;
  /** Milliseconds from the beginning. */
  at: number;
  priority?: 'low' | 'normal' | 'high';
  /** Milliseconds for which it runs upstream. */
  runs: number;
}

export interface AdmissionCampaign {
  limits: DeploymentLimits;
  arrivals: readonly Arrival[];
  /** Nothing goes wrong. */
  calm?: true;
  /** What the desk is kept in, made worse. */
  sabotage?: (store: AdmissionStore) => AdmissionStore;
}

export interface Outcome {
  violations: string[];
  /** In the order in which they were let in. */
  started: string[];
  /** Milliseconds until all had ended. */
  took: number;
}

/** Jobs that want in at one deployment, in a world where everything may go wrong. */
export async function runAdmissionCampaign(
  seed: number,
  campaign: AdmissionCampaign,
): Promise<Outcome> {
  const clock = new VirtualClock();
  const uninstall = clock.install();
  try {
    return await clock.complete(new Campaign(seed, clock, campaign).run());
  } finally {
    uninstall();
  }
}

class Campaign {
  readonly #clock: VirtualClock;
  readonly #campaign: AdmissionCampaign;
  readonly #random: Random;
  readonly #weather: Weather;
  readonly #world = new World();
  readonly #room = new WaitingRoom();
  readonly #watch: Watch;
  readonly #beginning: number;
  #left: number;

  constructor(seed: number, clock: VirtualClock, campaign: AdmissionCampaign) {
    this.#clock = clock;
    this.#campaign = campaign;
    this.#random = new Random(seed);
    this.#weather = new Weather(this.#random, clock);
    this.#world.deployment = { facts: { name: DEPLOYMENT }, limits: campaign.limits };
    this.#watch = new Watch(this.#world, campaign.limits);
    this.#beginning = clock.now();
    this.#left = campaign.arrivals.length;
  }

  async run(): Promise<Outcome> {
    const upkeep = this.#keepUp();
    await Promise.all(this.#campaign.arrivals.map((arrival) => this.#carry(arrival)));
    const took = this.#clock.now() - this.#beginning;
    await upkeep;
    this.#watch.seesEnd();
    return { violations: this.#watch.violations, started: this.#watch.started, took };
  }

  async #carry({ id, at, priority = 'normal', runs }: Arrival): Promise<void> {
    await this.#clock.sleep(at);
    const createdAt = new Date(this.#clock.now()).toISOString();
    const job = aJob({ id, createdAt, options: { priority } });
    await this.#world.services().index.insert(job);
    this.#watch.arrived(id);
    await this.#letIn(id);
    await this.#step((services) =>
      changeOpenJob(services, id, () => ({ status: 'running', phase: 'polling', intent: 1 })),
    );
    this.#watch.starts(id);
    await this.#clock.sleep(runs);
    this.#watch.ends(id);
    await this.#step((services) => this.#giveBack(services, id));
    await this.#step((services) =>
      changeOpenJob(services, id, () => ({ status: 'succeeded', phase: 'publishing' })),
    );
    this.#left -= 1;
  }

  async #letIn(id: string): Promise<void> {
    for (;;) {
      const result = await this.#step((services) => admitJob(services, { jobId: id }));
      if (result.outcome === 'admitted') return;
      if (result.outcome !== 'waiting') throw new Error(`${id} was told ${result.outcome}.`);
      const longest = this.#clock.now() + LONGEST_WAIT;
      const alarm = this.#clock.alarm(Math.min(result.until ?? longest, longest));
      await this.#room.waits(id, alarm);
    }
  }

  async #giveBack(services: ServicesWithEngine, id: string): Promise<void> {
    await release(services, this.#job(id));
  }

  #isAway(): boolean {
    try {
      for (const operation of ['index.read', 'engine.wake']) this.#weather.reach(operation);
      return false;
    } catch {
      return !this.#campaign.calm;
    }
  }

  #job(id: string): Job {
    return this.#world.index.job(id) ?? aJob({ id });
  }

  /** An activity: at least once, sometimes twice, again when its process died or it threw. */
  async #step<T>(work: (services: ServicesWithEngine) => Promise<T>): Promise<T> {
    if (!this.#campaign.calm && this.#weather.strikes('twice')) void this.#once(work);
    for (;;) {
      const result = await this.#once(work);
      if (result !== DIED) return result;
      await this.#clock.sleep(this.#random.between(1, REDELIVERY));
    }
  }

  #once<T>(work: (services: ServicesWithEngine) => Promise<T>): Promise<T | typeof DIED> {
    if (this.#campaign.calm) return work(this.#world.services(undefined, this.#room));
    const process = new Process(
      this.#weather,
      () => this.#watch.looks(),
      (around) => this.#services(around),
    );
    return process.run(work).catch(() => DIED);
  }

  #services(around: Around): ServicesWithEngine {
    const services = this.#world.services(around, this.#room.reachedThrough(around));
    const { sabotage } = this.#campaign;
    return sabotage ? { ...services, admission: sabotage(services.admission) } : services;
  }

  /** The timers, until nothing is left for them to do. */
  async #keepUp(): Promise<void> {
    let minutesAfter = 0;
    while (minutesAfter < 45) {
      await this.#clock.sleep(MINUTE);
      if (this.#left === 0) minutesAfter += 1;
      this.#watch.looksAfterAMinute(this.#clock.now(), this.#isAway());
      await this.#once(serveQueues);
      if ((this.#clock.now() - this.#beginning) % SWEEP_INTERVAL < MINUTE) await this.#once(sweep);
    }
  }
}
