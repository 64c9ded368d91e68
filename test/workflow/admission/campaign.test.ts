import { describe, expect, it } from 'vitest';
import { runAdmissionCampaign, type Arrival } from '../../campaigns/admission.ts';
import type { AdmissionStore } from '../../../src/workflow/ports.ts';
import { Random } from '../../campaigns/random.ts';

const MINUTE = 60_000;
const SEEDS = 150;

/** Jobs as the seed wants them: few or many at once, short and long. */
function arrivalsOf(seed: number): Arrival[] {
  const random = new Random(seed * 7_919);
  const span = random.pick([0, 1_000, 30 * MINUTE]);
  return Array.from({ length: random.between(3, 20) }, (_, number) => ({
    id: `job-${String(number).padStart(2, '0')}`,
    at: random.between(0, span),
    priority: random.pick(['low', 'normal', 'normal', 'high']),
    runs: random.between(1, 5 * MINUTE),
  }));
}

describe('admission under misfortunes', () => {
  it(`never lets a third in, loses no place and forgets nobody (${SEEDS} seeds)`, async () => {
    const violations: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const campaign = { limits: { concurrent: 2 }, arrivals: arrivalsOf(seed) };
      const outcome = await runAdmissionCampaign(seed, campaign);
      violations.push(...outcome.violations.map((what) => `seed ${seed}: ${what}`));
    }
    expect(violations).toEqual([]);
  });

  it('is watched closely enough to notice a desk that is written without its version', async () => {
    const seen: string[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      const campaign = {
        limits: { concurrent: 2 },
        arrivals: arrivalsOf(seed),
        sabotage: careless,
      };
      seen.push(...(await runAdmissionCampaign(seed, campaign)).violations);
    }
    expect(seen.join()).toMatch(/run at once|without a place/);
  });
});

/** A store that forgets what a version is for. */
function careless(store: AdmissionStore): AdmissionStore {
  return {
    readDesk: (name) => store.readDesk(name),
    async replaceDesk(name, desk) {
      const { version } = await store.readDesk(name);
      return store.replaceDesk(name, desk, version);
    },
    desks: () => store.desks(),
    enqueue: (name, waiter) => store.enqueue(name, waiter),
    dequeue: (name, waiter) => store.dequeue(name, waiter),
    head: (name, top) => store.head(name, top),
    ahead: (name, key) => store.ahead(name, key),
    readCalls: (name, shard) => store.readCalls(name, shard),
    replaceCalls: (name, shard, calls, version) => store.replaceCalls(name, shard, calls, version),
  };
}

describe('a queue in calm weather', () => {
  it('keeps the order in which jobs came, and both places busy', async () => {
    const random = new Random(1);
    const arrivals = Array.from({ length: 96 }, (_, number) => ({
      id: `job-${String(number).padStart(2, '0')}`,
      at: number,
      runs: random.between(120, 300) * 1_000,
    }));
    const { violations, started, took } = await runAdmissionCampaign(1, {
      limits: { concurrent: 2 },
      arrivals,
      calm: true,
    });
    expect(violations).toEqual([]);
    expect(started).toEqual(arrivals.map(({ id }) => id));
    let places = [0, 0];
    for (const { runs } of arrivals) {
      const [first = 0, ...rest] = places.sort((one, other) => one - other);
      places = [first + runs, ...rest];
    }
    expect(took).toBeLessThanOrEqual(Math.max(...places) * 1.01);
  });
});

describe('low priority', () => {
  it('waits behind those who come within two hours, and behind nobody else', async () => {
    const steady = (priority: 'normal' | 'high', number: number): Arrival => ({
      id: `${priority}-${String(number).padStart(2, '0')}`,
      at: number * 5 * MINUTE,
      priority,
      runs: 10 * MINUTE,
    });
    const low: Arrival = { id: 'low', at: 1, priority: 'low', runs: 1_000 };
    const arrivals = [
      ...Array.from({ length: 40 }, (_, number) => steady(number % 4 ? 'normal' : 'high', number)),
      low,
    ];
    const { started } = await runAdmissionCampaign(1, {
      limits: { concurrent: 1 },
      arrivals,
      calm: true,
    });
    const after = started.slice(started.indexOf('low') + 1);
    const overtakers = started.slice(0, started.indexOf('low'));
    expect(overtakers).toContain('normal-11');
    expect(overtakers).not.toContain('normal-13');
    expect(after).toContain('normal-13');
    expect(overtakers).not.toContain('high-28');
  });
});

describe('limits of a minute', () => {
  it('let in as many as they allow in any minute, and nobody waits longer than that', async () => {
    const arrivals = Array.from({ length: 30 }, (_, number) => ({
      id: `job-${String(number).padStart(2, '0')}`,
      at: number,
      runs: 1_000,
    }));
    const limits = { createsPerMinute: 3 };
    const { violations, started, took } = await runAdmissionCampaign(1, {
      limits,
      arrivals,
      calm: true,
    });
    expect(violations).toEqual([]);
    expect(started).toEqual(arrivals.map(({ id }) => id));
    expect(took).toBeGreaterThanOrEqual(9 * MINUTE);
    expect(took).toBeLessThan(10 * MINUTE);
  });
});
