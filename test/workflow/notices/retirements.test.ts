import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../src/jobs/events.ts';
import { LonghaulError } from '../../../src/jobs/errors.ts';
import { announce, sendAnnouncements } from '../../../src/workflow/notices/announce.ts';
import { checkRetirements } from '../../../src/workflow/notices/check-retirements.ts';
import { listDeployments } from '../../../src/workflow/notices/deployment-list.ts';
import { heedRetirements } from '../../../src/workflow/notices/retirement-guard.ts';
import { aJob } from '../../support/in-memory/a-job.ts';
import { DiedError, dyingAt, failing } from '../../support/in-memory/died.ts';
import { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { DEPLOYMENT, World } from '../../support/in-memory/world.ts';

const DAY = 86_400_000;
const START = '2026-03-01T00:10:00.000Z';
const ACCOUNT =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/my-account';

let clock: VirtualClock;
let putBack: () => void;
let world: World;

beforeEach(() => {
  clock = new VirtualClock(START);
  putBack = clock.install();
  world = new World();
  retiresIn(100);
});
afterEach(() => putBack());

/** @param days from the start of the test; a deployment of another's beside ours. */
function retiresIn(days: number): string {
  const inferenceEnds = new Date(Date.parse('2026-03-01') + days * DAY).toISOString();
  const model = { name: 'o3', version: '2025-04-16' };
  world.account = {
    id: ACCOUNT,
    reading: {
      region: 'swedencentral',
      deployments: [
        { name: DEPLOYMENT, model },
        { name: 'of-others', model },
      ],
      models: [{ ...model, skus: [], inferenceEnds, lifecycle: 'Deprecating' }],
    },
  };
  return inferenceEnds;
}

const sent = (): JobEvent[] => world.topic.map(({ body }) => JSON.parse(body) as JobEvent);
const stages = () => sent().map(({ data }) => data['stage']);

async function lookFor(days: number, look = () => checkRetirements(world.services())) {
  for (let day = 0; day < days; day += 1) {
    await look();
    await clock.pass(DAY);
  }
}

describe('the daily look', () => {
  it('announces a retirement once at each stage, and says what is known of it', async () => {
    await lookFor(120);

    expect(stages()).toEqual([90, 60, 30, 14, 7, 1]);
    expect(sent()[0]).toMatchObject({
      type: 'longhaul.model.retirement-announced',
      subject: `my-account/${DEPLOYMENT}`,
      sequence: '0000000001',
      time: '2026-03-11T00:10:00.000Z',
      data: { account: 'my-account', deployment: DEPLOYMENT, model: 'o3', daysLeft: 90 },
    });
  });

  it('announces only what comes within the days of the settings', async () => {
    world.retirement = { warningDays: 20, late: 'refuse' };
    await lookFor(120);
    expect(stages()).toEqual([20, 14, 7, 1]);
  });

  it('begins with the stage that has been reached, and anew when the date moves', async () => {
    retiresIn(10);
    await lookFor(2);
    expect(stages()).toEqual([14]);
    retiresIn(16);
    await lookFor(2);
    expect(stages()).toEqual([14, 14]);
  });

  it.each(Array.from({ length: 12 }, (_, end) => end + 1))(
    'sends the same bytes once more at most when it dies at operation %i',
    async (end) => {
      retiresIn(10);
      for (const when of ['before', 'after'] as const) {
        await dead(checkRetirements(world.services(dyingAt(end, when))));
        await clock.pass(600_000);
      }
      await checkRetirements(world.services());
      await sendAnnouncements(world.services());

      expect(new Set(world.topic.map(({ body }) => body)).size).toBe(1);
      const before = world.topic.length;
      await lookFor(2);
      expect(world.topic).toHaveLength(before);
    },
  );

  it('keeps what was known of an account that cannot be read, and says so', async () => {
    await checkRetirements(world.services());
    const known = world.inventories.get(ACCOUNT);
    world.account = { id: ACCOUNT };
    const found = await checkRetirements(world.services());

    expect(found).toEqual({ read: 0, troubled: 1 });
    expect(world.inventories.get(ACCOUNT)).toEqual(known);
    expect(world.journal).toContainEqual(
      expect.objectContaining({ event: 'account-unreadable', account: ACCOUNT }),
    );
  });

  it('sends later what it cannot send now', async () => {
    retiresIn(10);
    const away = failing((name) => name === 'publisher.send', new Error('The bus is away.'));
    await checkRetirements(world.services(away));
    expect(world.journal.at(-1)).toMatchObject({ event: 'announcement-late' });
    await sendAnnouncements(world.services());
    await sendAnnouncements(world.services());
    expect(stages()).toEqual([14]);
  });
});

describe('an announcement', () => {
  it('asks to be repeated while events cannot be sent', async () => {
    retiresIn(10);
    await checkRetirements(world.services());
    const event = { ...sent()[0], id: 'another' } as JobEvent;
    const away = failing((name) => name === 'publisher.send', new Error('The bus is away.'));

    const refusal = announce(world.services(away), event);
    await expect(refusal).rejects.toMatchObject({ code: 'events-unavailable' });
    await expect(refusal).rejects.toBeInstanceOf(LonghaulError);
    expect(await announce(world.services(), { ...event, time: 'later' })).toBe('announced');
    expect(await announce(world.services(), event)).toBe('repeat');
    expect(sent().filter(({ id }) => id === 'another')).toEqual([event]);
  });
});

describe('a job', () => {
  const needs = (deadline: string, options = {}) =>
    aJob({ deployment: DEPLOYMENT, deadline, options });

  it('must be able to end before its model retires', async () => {
    const retirement = retiresIn(10);
    await checkRetirements(world.services());
    const later = new Date(Date.parse(retirement) + 1).toISOString();

    expect(await heedRetirements(world.services(), needs(retirement))).toEqual([]);
    await expect(heedRetirements(world.services(), needs(later))).rejects.toMatchObject({
      code: 'model-retiring',
      message: expect.stringContaining(retirement) as string,
      fields: [{ pointer: '/request/model' }],
    });
  });

  it('must do so for the deployment that draws its images too', async () => {
    retiresIn(1);
    await checkRetirements(world.services());
    const job = aJob({
      deployment: 'unknown',
      deadline: '2026-04-01T00:00:00.000Z',
      options: { imageGenerationDeployment: DEPLOYMENT },
    });
    await expect(heedRetirements(world.services(), job)).rejects.toMatchObject({
      fields: [{ pointer: '/options/imageGenerationDeployment' }],
    });
  });

  it('is let in with a warning when the settings say so', async () => {
    const retirement = retiresIn(10);
    world.retirement = { warningDays: 90, late: 'warn' };
    await checkRetirements(world.services());
    const warnings = await heedRetirements(world.services(), needs('2026-04-01T00:00:00.000Z'));
    expect(warnings).toEqual([expect.stringContaining(`retires on ${retirement}`)]);
  });

  it('is not kept waiting by what is not known', async () => {
    const late = needs('2036-01-01T00:00:00.000Z');
    expect(await heedRetirements(world.services(), late)).toEqual([]);
    world.account = undefined;
    expect(await heedRetirements(world.services(), late)).toEqual([]);
  });
});

describe('the list of deployments', () => {
  it('reads an account that was never read, and shows how old its knowledge is', async () => {
    const retirementDate = retiresIn(10);
    const [first] = await listDeployments(world.services());
    expect(first).toMatchObject({
      name: DEPLOYMENT,
      account: 'my-account',
      region: 'swedencentral',
      model: 'o3',
      lifecycle: 'Deprecating',
      retirementDate,
      daysLeft: 10,
      jobsRunning: 0,
      checkedAt: START,
    });
    retiresIn(20);
    await clock.pass(DAY);
    expect(await listDeployments(world.services())).toMatchObject([
      { retirementDate, daysLeft: 9, checkedAt: START },
    ]);
  });

  it('counts the jobs that run, over all pages', async () => {
    const { index } = world.services();
    for (let number = 0; number < 1_005; number += 1) {
      await index.insert(aJob({ id: `job-${number}`, deployment: DEPLOYMENT, status: 'running' }));
    }
    await index.insert(aJob({ id: 'done', deployment: DEPLOYMENT, status: 'succeeded' }));
    expect(await listDeployments(world.services())).toMatchObject([{ jobsRunning: 1_005 }]);
  });

  it('shows what the settings say when Azure says nothing', async () => {
    world.account = { id: ACCOUNT };
    expect(await listDeployments(world.services())).toMatchObject([
      {
        name: DEPLOYMENT,
        account: 'my-account',
        model: null,
        retirementDate: null,
        checkedAt: null,
      },
    ]);
    world.account = undefined;
    expect(await listDeployments(world.services())).toMatchObject([{ account: null }]);
  });
});

/** Waits for the end of a process that may have come to its end too early. */
async function dead(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof DiedError)) throw error;
  });
}
