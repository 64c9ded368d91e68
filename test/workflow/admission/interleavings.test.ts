import { describe, expect, it } from 'vitest';
import { admitJob } from '../../../src/workflow/activities/admit-job.ts';
import { release } from '../../../src/workflow/admission/admission.ts';
import { fullLimit } from '../../../src/workflow/admission/desk.ts';
import { serveQueues } from '../../../src/workflow/admission/serve-queues.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import { Random } from '../../campaigns/random.ts';
import { aJob } from '../../support/in-memory/a-job.ts';
import type { Around } from '../../support/in-memory/around.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { DEPLOYMENT, World } from '../../support/in-memory/world.ts';

const SEEDS = 150;

interface Scene {
  what: string;
  concurrent: number;
  /** One after the other, undisturbed. */
  before: Act[];
  /** All at once, their operations in any order. */
  atOnce: Act[];
}

type Act = (services: ServicesWithEngine) => Promise<unknown>;

const comes = (jobId: string): Act => {
  return async (services) => {
    const createdAt = `2026-03-01T00:00:0${jobId}.000Z`;
    await services.index.insert(aJob({ id: jobId, createdAt }));
    await admitJob(services, { jobId });
  };
};

const asks = (jobId: string): Act => {
  return (services) => admitJob(services, { jobId });
};

const leaves = (jobId: string): Act => {
  return async (services) => {
    const row = await services.index.read(jobId);
    if (row) await release(services, row.value);
  };
};

const sweeps: Act = (services) => serveQueues(services, { thorough: true });

const SCENES: Scene[] = [
  {
    what: 'the first comes to wait while the only one leaves',
    concurrent: 1,
    before: [comes('1')],
    atOnce: [leaves('1'), comes('2'), comes('3')],
  },
  {
    what: 'one comes while the last who waited leaves',
    concurrent: 1,
    before: [comes('1'), comes('2'), leaves('1'), asks('2')],
    atOnce: [leaves('2'), comes('3')],
  },
  {
    what: 'one comes while the sweeper finds that nobody waits any more',
    concurrent: 1,
    before: [comes('1'), comes('2'), leaves('1'), asks('2')],
    atOnce: [sweeps, comes('3')],
  },
  {
    what: 'one comes while two leave, and another waits',
    concurrent: 2,
    before: [comes('1'), comes('2'), comes('3')],
    atOnce: [leaves('1'), leaves('2'), comes('4')],
  },
];

/** Does one operation after the other, of whoever is drawn. */
class Turnstile {
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #waiting: (() => void)[] = [];

  constructor(seed: number, clock: VirtualClock) {
    this.#clock = clock;
    this.#random = new Random(seed);
  }

  readonly around: Around = async (_operation, perform) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
    return perform();
  };

  async through(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = () => (isOver = true);
    work.then(over, over);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) break;
      const [next] = this.#waiting.splice(this.#random.between(0, this.#waiting.length - 1), 1);
      if (next) next();
      else await this.#clock.advance();
    }
    await work;
  }
}

/** What is left when everything has come to rest and no timer helps. */
async function played({ concurrent, before, atOnce }: Scene, seed: number): Promise<World> {
  const clock = new VirtualClock();
  const uninstall = clock.install();
  try {
    const world = new World();
    world.deployment = { facts: { name: DEPLOYMENT }, limits: { concurrent } };
    for (const act of before) await act(world.services());
    const turnstile = new Turnstile(seed, clock);
    await turnstile.through(
      Promise.all(atOnce.map((act) => act(world.services(turnstile.around)))),
    );
    return world;
  } finally {
    uninstall();
  }
}

describe('whatever comes in between, nobody is overlooked when', () => {
  it.each(SCENES)(`$what (${SEEDS} seeds)`, async (scene) => {
    const { concurrent } = scene;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { admission } = await played(scene, seed);
      const desk = admission.desk(DEPLOYMENT);
      const inside = desk.holders.map(({ jobId }) => jobId);
      const outside = admission.queue(DEPLOYMENT).filter(({ jobId }) => !inside.includes(jobId));
      const hasRoom = fullLimit(desk, { concurrent }, {}) === undefined;
      expect({ seed, inside }).toEqual({ seed, inside: inside.slice(0, concurrent) });
      expect({ seed, overlooked: hasRoom ? outside : [] }).toEqual({ seed, overlooked: [] });
      expect({ seed, unknown: desk.queued ? [] : outside }).toEqual({ seed, unknown: [] });
    }
  });
});
