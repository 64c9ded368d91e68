import { beforeEach, describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../src/jobs/events.ts';
import { checkRetirements } from '../../../src/workflow/notices/check-retirements.ts';
import { receiveNotice } from '../../../src/workflow/notices/receive-notice.ts';
import { dyingAt, failing } from '../../support/in-memory/died.ts';
import { DEPLOYMENT, World } from '../../support/in-memory/world.ts';
import {
  commonSchema,
  impacted,
  legacySchema,
  OUTAGE,
  PORTAL_TEST,
  RETIREMENT,
} from '../../support/service-health.ts';

const O3_NOTICE = { ...RETIREMENT, communication: '<p>o3 retires.</p>' };

let world: World;

beforeEach(async () => {
  world = new World();
  world.account = {
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/my-account',
    reading: {
      region: 'swedencentral',
      deployments: [{ name: DEPLOYMENT, model: { name: 'o3', version: '2025-04-16' } }],
      models: [],
    },
  };
  await checkRetirements(world.services());
});

const receive = (payload: unknown) => receiveNotice(world.services(), payload);
const sent = (): JobEvent[] => world.topic.map(({ body }) => JSON.parse(body) as JobEvent);

describe('a notice that comes in', () => {
  it('is announced with the deployments that it is about', async () => {
    const { status, eventId } = await receive(commonSchema(O3_NOTICE));

    expect(status).toBe('announced');
    expect(sent()).toMatchObject([
      {
        id: eventId,
        type: 'longhaul.model.retirement-announced',
        subject: 'service-health/ABCD-123',
        data: {
          source: 'service-health',
          summary: 'o3 retires.',
          mentionsRetirement: true,
          deployments: [
            {
              account: 'my-account',
              deployment: DEPLOYMENT,
              model: 'o3',
              version: '2025-04-16',
              region: 'swedencentral',
            },
          ],
        },
      },
    ]);
    expect(world.topic[0]?.properties).toEqual({
      type: 'longhaul.model.retirement-announced',
      labels: {},
    });
  });

  it('is an incident when it tells of one, and about all that lies in its region', async () => {
    await receive(legacySchema(OUTAGE));
    expect(sent()).toMatchObject([
      {
        type: 'longhaul.service.incident',
        data: { mentionsRetirement: false, deployments: [{ deployment: DEPLOYMENT }] },
      },
    ]);
  });

  it('is announced once, however often and in whatever schema it comes', async () => {
    const first = await receive(commonSchema(O3_NOTICE));
    const second = await receive(legacySchema({ ...O3_NOTICE, title: 'Reworded' }));

    expect(second).toEqual({ status: 'repeat', eventId: first.eventId });
    expect(sent()).toHaveLength(1);
    expect((await receive(commonSchema({ ...O3_NOTICE, communicationId: '2' }))).status).toBe(
      'announced',
    );
  });

  it.each([1, 2, 3, 4])('is the same event when it comes after a crash (%i)', async (end) => {
    for (const when of ['before', 'after'] as const) {
      await receiveNotice(world.services(dyingAt(end, when)), commonSchema(O3_NOTICE)).catch(
        () => undefined,
      );
    }
    await receive(commonSchema({ ...O3_NOTICE, title: 'Reworded' }));
    expect(new Set(world.topic.map(({ body }) => body)).size).toBe(1);
  });

  it('is asked for again while events cannot be sent, and sent then', async () => {
    const away = failing((name) => name === 'publisher.send', new Error('The bus is away.'));
    await expect(
      receiveNotice(world.services(away), commonSchema(O3_NOTICE)),
    ).rejects.toMatchObject({ code: 'events-unavailable' });
    expect((await receive(commonSchema(O3_NOTICE))).status).toBe('announced');
  });

  it('is left alone when it is about other services', async () => {
    const impactedServices = impacted('Virtual Machines', 'Sweden Central');
    const other = { ...OUTAGE, service: 'Virtual Machines', impactedServices };
    expect(await receive(commonSchema(other))).toEqual({ status: 'ignored', eventId: null });
    expect(sent()).toEqual([]);
    expect(world.journal.at(-1)).toMatchObject({ event: 'notice-ignored' });
  });

  it.each([
    ['the test of the portal', PORTAL_TEST, true],
    ['one that names no service', { ...OUTAGE, service: '', impactedServices: '[]' }, false],
    [
      'one that spells it otherwise',
      { ...OUTAGE, impactedServices: impacted('azure openai service') },
      false,
    ],
  ])('is taken: %s', async (_, fields, test) => {
    expect((await receive(commonSchema(fields))).status).toBe('announced');
    expect(sent()).toMatchObject([{ data: { test } }]);
  });

  it('is about the deployments of the settings while no account was read', async () => {
    world.inventories.clear();
    await receive(commonSchema(O3_NOTICE));
    expect(sent()).toMatchObject([
      { data: { deployments: [{ deployment: DEPLOYMENT, region: null }] } },
    ]);
  });
});
