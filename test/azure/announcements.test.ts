import { TableClient } from '@azure/data-tables';
import { beforeAll, describe, expect, test } from 'vitest';
import { TableAnnouncements } from '../../src/azure/announcements.ts';
import { TableInventories } from '../../src/azure/inventories.ts';
import { serviceEvent } from '../../src/jobs/events.ts';
import { allOf } from '../support/all-of.ts';
import { connectionStringFor } from '../support/azurite.ts';

let table: TableClient;

beforeAll(async () => {
  table = TableClient.fromConnectionString(connectionStringFor('announcements'), 'jobs', {
    allowInsecureConnection: true,
  });
  await table.createTable();
});

const event = (id: string, time: string) =>
  serviceEvent({
    id,
    type: 'longhaul.service.incident',
    subject: 'service-health/ÄÖ-1',
    sequence: 1,
    time,
    data: { summary: '🚀'.repeat(20_000) },
  });

describe('announcements', () => {
  test('stay what was stored first, and are unpublished until they are marked', async () => {
    const announcements = new TableAnnouncements(table);
    const first = event('retirement.a.90', '2026-01-01T00:00:00.000Z');
    const rivals = await Promise.all(
      ['1', '2', '3'].map((day) => announcements.putOnce(event('b', `2026-01-0${day}`))),
    );
    expect(await announcements.putOnce(first)).toEqual({ event: first, published: false });
    const again = await announcements.putOnce(event(first.id, 'later'));

    expect(again).toEqual({ event: first, published: false });
    expect(new Set(rivals.map((rival) => JSON.stringify(rival))).size).toBe(1);
    expect((await allOf(announcements.unpublished())).map(({ id }) => id)).toEqual(['b', first.id]);
    await announcements.markPublished(first);
    expect((await allOf(announcements.unpublished())).map(({ id }) => id)).toEqual(['b']);
    expect(await announcements.putOnce(first)).toEqual({ event: first, published: true });
  });
});

describe('inventories', () => {
  test('are found by the resource id of their account in any case, the newest alone', async () => {
    const inventories = new TableInventories(table);
    const account =
      '/subscriptions/s/resourceGroups/G/providers/Microsoft.CognitiveServices/accounts/a';
    const inventory = { account, region: 'swedencentral', readAt: '1', deployments: [] };
    expect(await inventories.read(account)).toBeUndefined();
    await inventories.put(inventory);
    await inventories.put({ ...inventory, readAt: '2' });
    const upper = account.toUpperCase();
    expect(await inventories.read(upper)).toEqual({ ...inventory, account: upper, readAt: '2' });
  });
});
