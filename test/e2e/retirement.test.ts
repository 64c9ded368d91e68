import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalStack, type LocalStack } from '../support/local-stack.ts';
import { until } from '../support/until.ts';

const DAY = 86_400_000;
/** Seconds that pass at once, where a look every day would show nothing more. */
const SEVERAL_DAYS = (3 * DAY) / 1_000;

const RETIREMENT = 'longhaul.model.retirement-announced';
const SUBJECT = 'local/gpt-5.1';

/** Timers that come every few minutes; with them ninety days would take an hour. */
const DISABLED = [
  'keepJobs',
  'returnDeadLetters',
  'sendAnnouncements',
  'forgetOldJobs',
  'sweep',
  'listBatches',
];

interface ListedDeployment {
  name: string;
  [field: string]: unknown;
}

describe('a deployment that approaches its retirement', () => {
  let local: LocalStack;
  let retirementDate: string;

  beforeAll(async () => {
    local = await startLocalStack({
      virtualTime: true,
      virtualUntil: 'now',
      workers: 1,
      environment: Object.fromEntries(
        DISABLED.map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']),
      ),
    });
    const today = (await local.clock.now()).slice(0, 10);
    retirementDate = new Date(Date.parse(today) + 100 * DAY).toISOString();
    await local.simulator.describeModel('gpt-5.1', {
      lifecycleStatus: 'Deprecating',
      deprecation: { inference: retirementDate, deprecationStatus: 'Planned' },
      replacementConfig: { targetModelName: 'gpt-5.5' },
    });
  });
  afterAll(() => local.stop());

  it('is listed with its date before anybody has looked', async () => {
    expect(await listed('gpt-5.1')).toMatchObject({
      account: 'local',
      region: 'swedencentral',
      model: 'gpt-5.1',
      version: '2025-11-13',
      sku: 'GlobalStandard',
      limits: { requestsPerMinute: 1_000, tokensPerMinute: 1_000_000 },
      lifecycle: 'Deprecating',
      retirementDate,
      dateStatus: 'Planned',
      daysLeft: 100,
      replacement: { name: 'gpt-5.5' },
      jobsRunning: 0,
    });
    expect(await listed('gpt-5')).toMatchObject({ retirementDate: null, daysLeft: null });
  });

  it('is announced once at each stage, also when the app was killed in between', async () => {
    await passToDaysLeft(91, SEVERAL_DAYS);
    expect(local.events.of(SUBJECT)).toEqual([]);

    await passToDaysLeft(90);
    await passToDaysLeft(30, SEVERAL_DAYS);
    await local.stack.halt('functions');
    await local.stack.resume('functions');
    await passToDaysLeft(3);

    expect(await stagesAnnounced(5)).toEqual([90, 60, 30, 14, 7]);
    const { data, properties } = local.events.of(SUBJECT)[0] ?? {};
    expect(properties).toMatchObject({ type: RETIREMENT });
    expect(data).toMatchObject({
      account: 'local',
      deployment: 'gpt-5.1',
      model: 'gpt-5.1',
      retirementDate,
      daysLeft: 90,
    });
  });

  it('takes jobs as long as they can end, and refuses them from the right day on', async () => {
    expect(await handIn('PT48H')).toMatchObject({ status: 202, body: { warnings: [] } });

    await passToDaysLeft(1);
    const refused = await handIn('PT24H');
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'model-retiring', errors: [{ pointer: '/request/model' }] },
    });
    expect(JSON.stringify(refused.body)).toContain(retirementDate);
    expect((await handIn('PT12H')).status).toBe(202);
    expect((await handIn('PT24H', 'gpt-5')).status).toBe(202);
    expect(await listed('gpt-5.1')).toMatchObject({ daysLeft: 1 });
  });

  it('takes none any more, and is quiet, once it has retired', async () => {
    await passToDaysLeft(-5);

    expect((await handIn('PT1H')).status).toBe(409);
    expect(await listed('gpt-5.1')).toMatchObject({ daysLeft: 0, retirementDate });
    expect(await stagesAnnounced(6)).toEqual([90, 60, 30, 14, 7, 1]);
    const ids = local.events.received.filter(({ type }) => type === RETIREMENT);
    expect(new Set(ids.map(({ messageId }) => messageId)).size).toBe(ids.length);
  });

  it('takes jobs again when it runs another model', async () => {
    await local.simulator.describeModel('gpt-5.1', { version: '2027-01-01' });
    await passToDaysLeft(-6);

    expect((await handIn('PT24H')).status).toBe(202);
    expect(await listed('gpt-5.1')).toMatchObject({ version: '2027-01-01', retirementDate: null });
  });

  /**
   * To the hour after midnight of the day with so many days left; the look is at ten past.
   *
   * @param step seconds that pass at once.
   */
  function passToDaysLeft(days: number, step = 0): Promise<void> {
    const time = Date.parse(retirementDate) - days * DAY + 3_600_000;
    return local.clock.passTo(new Date(time).toISOString(), step);
  }

  async function stagesAnnounced(count: number): Promise<unknown[]> {
    const events = await until(
      () => {
        const events = local.events.of(SUBJECT);
        return events.length >= count ? events : undefined;
      },
      { what: () => JSON.stringify(local.events.of(SUBJECT).map(({ data }) => data['stage'])) },
    );
    return events.map(({ data }) => data['stage']);
  }

  async function listed(name: string): Promise<ListedDeployment | undefined> {
    const { body } = await local.jobs.get('/deployments');
    const { deployments } = body as { deployments: ListedDeployment[] };
    return deployments.find((deployment) => deployment.name === name);
  }

  function handIn(deadline: string, model = 'gpt-5.1') {
    return local.jobs.post('/jobs', {
      kind: 'response',
      request: { model, input: 'In time?' },
      options: { deadline },
    });
  }
});
