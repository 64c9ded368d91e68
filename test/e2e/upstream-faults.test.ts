import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobDocument } from '../../src/jobs/job.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import type { SimulatedRequest } from '../support/simulator-control.ts';
import { until } from '../support/until.ts';
import { REFUSED, UNCERTAIN } from './upstream-faults/creates.ts';
import { CANCEL, CREATE, type Misfortune } from './upstream-faults/misfortune.ts';
import { READS, STATES } from './upstream-faults/running.ts';
import { CANCELS, DEADLINES } from './upstream-faults/stops.ts';

const GROUPS = {
  'a create that is refused': REFUSED,
  'a create that may have been accepted': UNCERTAIN,
  'a state of the work': STATES,
  'a read that fails': READS,
  'a cancel': CANCELS,
  'a deadline': DEADLINES,
};

/** Seconds that pass at once where hours are waited out. */
const COARSE = 300;

let local: LocalStack;

beforeAll(async () => {
  local = await startLocalStack({
    virtualTime: true,
    virtualUntil: 'now',
    environment: { UPSTREAM_CREATE_TIMEOUT_SECONDS: '3' },
  });
});
afterAll(() => local.stop());

describe('a job meets', () => {
  const suffered = new Map<Misfortune, PromiseSettledResult<Suffered>>();

  /** All at once, each with a deployment of its own. Time stands still until every job is handed in. */
  beforeAll(async () => {
    const misfortunes = Object.values(GROUPS).flat();
    const running = await Promise.all(misfortunes.map(handIn));
    await local.clock.go();
    const results = await Promise.allSettled(running.map(({ ended }) => ended));
    await local.clock.stop();
    for (const [index, result] of results.entries()) {
      const misfortune = misfortunes[index];
      if (misfortune) suffered.set(misfortune, result);
    }
  });

  describe.each(Object.entries(GROUPS))('%s:', (_group, misfortunes) => {
    it.each(misfortunes)('$name', async (misfortune) => {
      const { job, requests, paid, eventTypes } = outcomeOf(misfortune);
      const creates = requests.filter(({ route }) => route === CREATE);
      const cancels = requests.filter(({ route }) => route === CANCEL);

      expect(job).toMatchObject(misfortune.ends);
      expect({ sent: creates.length, paid, lastCancel: cancels.at(-1)?.status }).toEqual({
        sent: misfortune.sent ?? 1,
        paid: misfortune.paid ?? 1,
        lastCancel: misfortune.lastCancel,
      });
      expect(eventTypes.filter((type) => ENDS.includes(type))).toEqual([
        `longhaul.job.${job.status}`,
      ]);
      if (misfortune.complete !== undefined) {
        const { body } = await local.jobs.get(`/jobs/${job.id}/outputs/manifest.json`);
        expect(body).toMatchObject({ complete: misfortune.complete });
      }
      if (misfortune.pause) {
        expect(secondsBetween(creates)).toBeGreaterThanOrEqual(misfortune.pause.atLeast);
        expect(secondsBetween(creates)).toBeLessThanOrEqual(misfortune.pause.atMost);
      }
    });
  });

  it('and stays as it ended, whatever upstream does later', async () => {
    const jobs = Object.values(GROUPS).flatMap((group) => group.map((one) => outcomeOf(one).job));
    const later = await Promise.all(jobs.map(({ id }) => local.jobs.job(id)));

    expect(later).toEqual(jobs);
  });

  function outcomeOf(misfortune: Misfortune): Suffered {
    const result = suffered.get(misfortune);
    if (result?.status === 'fulfilled') return result.value;
    throw result?.reason;
  }
});

describe('while Azure OpenAI is away', () => {
  it('nothing is lost and nothing paid twice: neither work that runs there nor work to come', async () => {
    await local.clock.stop();
    await local.simulator.fault({
      route: CREATE,
      match: { bodyContains: 'before the outage' },
      durationSeconds: 3_600,
    });
    await local.jobs.submit(question('before', 'Asked before the outage.'));
    await local.jobs.waitFor('before', ({ status }) => status === 'running');

    await local.stack.halt('azureOpenAI');
    await local.jobs.submit(question('during', 'Asked during the outage.'));
    await local.jobs.waitFor('during', ({ error }) => error !== null);
    await local.clock.go(COARSE);
    await local.jobs.waitFor('before', ({ polls }) => polls > 2);
    await local.clock.stop();
    await local.stack.resume('azureOpenAI');
    await local.clock.go(COARSE);

    expect(await local.jobs.waitForEnd('before')).toMatchObject({ status: 'succeeded' });
    expect(await local.jobs.waitForEnd('during')).toMatchObject({ status: 'succeeded' });
    expect(await paidFor(await local.simulator.requestsFor('gpt-5.1-before'))).toBe(1);
    expect(await paidFor(await local.simulator.requestsFor('gpt-5.1-during'))).toBe(1);
  });
});

describe('virtual time', () => {
  it('lets hours of waiting for the user pass in seconds', async () => {
    await local.simulator.fault({
      route: CREATE,
      match: { bodyContains: 'never answered' },
      answerLost: true,
    });
    const begun = performance.now();
    await local.clock.go(COARSE);
    await local.jobs.submit({
      ...question('hours', 'This is never answered.'),
      options: { deadline: 'PT6H' },
    });
    const { status, deadline, endedAt } = await local.jobs.waitForEnd('hours');
    await local.clock.stop();

    expect(status).toBe('expired');
    expect(Date.parse(endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(deadline));
    expect(performance.now() - begun).toBeLessThan(25_000);
  });
});

/** A job that met its misfortune. */
interface Suffered {
  job: JobDocument;
  /** Everything that was asked upstream on its behalf, oldest first. */
  requests: SimulatedRequest[];
  /** How many creates were accepted. */
  paid: number;
  eventTypes: string[];
}

/** Real milliseconds; all jobs share two processors, and whatever else runs beside them. */
const PATIENCE = 50_000;

const ENDS = ['succeeded', 'failed', 'cancelled', 'expired'].map((end) => `longhaul.job.${end}`);

/** @returns when the job is taken and, if it runs at once, when its user has done what he does. */
async function handIn(
  { faults = [], request, options, user }: Misfortune,
  index: number,
): Promise<{ ended: Promise<Suffered> }> {
  const { id, ...envelope } = question(`misfortune-${index}`, 'Bear it.');
  for (const fault of faults) {
    const match = { deploymentName: envelope.request.model };
    await local.simulator.fault({ ...fault, match });
  }
  await local.jobs.submit({
    ...envelope,
    id,
    request: { ...envelope.request, ...request },
    options,
  });
  const acted = user && act(id, user);
  if (user?.when === 'running') await acted;
  return { ended: ending(id, envelope.request.model, acted) };
}

/** An envelope with a deployment of its own, by which the simulator knows the job. */
function question(id: string, input: string) {
  return { id, kind: 'response', request: { model: `gpt-5.1-${id}`, input } };
}

async function act(id: string, { when, does }: NonNullable<Misfortune['user']>): Promise<void> {
  // Time may stand still, and then the event of a job that runs may have to wait; the row does not.
  if (when === 'running') await local.jobs.waitFor(id, ({ status }) => status === when);
  else await local.events.waitFor(`longhaul.job.${when}`, id, PATIENCE);
  const { status, body } = await local.jobs.post(`/jobs/${id}/${does}`);
  if (status !== 202) throw new Error(`${does} was refused: ${status} ${JSON.stringify(body)}`);
}

async function ending(
  id: string,
  deployment: string,
  acted: Promise<void> | undefined,
): Promise<Suffered> {
  await acted;
  await until(() => local.events.of(id).find(({ type }) => ENDS.includes(type)), {
    timeout: PATIENCE,
    what: async () => `the end of ${JSON.stringify(await local.jobs.job(id))}`,
  });
  const job = await local.jobs.waitForEnd(id);
  const requests = await local.simulator.requestsFor(deployment);
  return {
    job,
    requests,
    paid: await paidFor(requests),
    eventTypes: local.events.of(id).map(({ type }) => type),
  };
}

/** @returns how many creates of the request that was first among these were accepted. */
async function paidFor(requests: readonly SimulatedRequest[]): Promise<number> {
  const create = requests.find(({ route }) => route === CREATE);
  const { byRequestHash } = await local.simulator.creates();
  return byRequestHash[create?.requestHash ?? ''] ?? 0;
}

function secondsBetween([first, second]: SimulatedRequest[]): number {
  return (Date.parse(second?.time ?? '') - Date.parse(first?.time ?? '')) / 1000;
}
