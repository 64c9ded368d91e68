import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { beforeEach, describe, expect, test } from 'vitest';
import { TableAdmissionStore } from '../../src/azure/admission-store.ts';
import type { AdmissionStore, Desk } from '../../src/workflow/ports.ts';
import { allOf } from '../support/all-of.ts';
import { connectionStringFor } from '../support/azurite.ts';
import { World } from '../support/in-memory/world.ts';

async function inAzurite(): Promise<AdmissionStore> {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  const table = TableClient.fromConnectionString(connectionStringFor('admission'), name, {
    allowInsecureConnection: true,
  });
  await table.createTable();
  return new TableAdmissionStore(table);
}

async function inMemory(): Promise<AdmissionStore> {
  return new World().services().admission;
}

const NAME = 'Sora ä#?%/1';
const EMPTY: Desk = { holders: [], queued: false, entries: [] };
const TAKEN: Desk = {
  holders: [{ jobId: 'one', since: 1_772_000_000_000, enqueuedTokens: 5_000_000_000 }],
  queued: true,
  entries: [{ jobId: 'one', at: 1_772_000_000_000, tokens: 7 }],
};

/** What every implementation promises. */
describe.each([
  ['in Azure', inAzurite],
  ['in memory', inMemory],
])('%s', (_, make) => {
  let store: AdmissionStore;

  beforeEach(async () => {
    store = await make();
  });

  describe('a desk', () => {
    test('is empty at first, and then as it was written', async () => {
      const { value, version } = await store.readDesk(NAME);
      expect(value).toEqual(EMPTY);
      expect(await store.replaceDesk(NAME, TAKEN, version)).toBe(true);
      const written = await store.readDesk(NAME);
      expect(written.value).toEqual(TAKEN);
      expect(await allOf(store.desks())).toEqual([{ deployment: NAME, ...written }]);
    });

    test('is changed by one of two who read the same, the first time too', async () => {
      for (let time = 0; time < 2; time += 1) {
        const { version } = await store.readDesk(NAME);
        const replaced = [TAKEN, EMPTY].map((desk) => store.replaceDesk(NAME, desk, version));
        expect((await Promise.all(replaced)).filter(Boolean)).toHaveLength(1);
      }
    });

    test('is the same in any case', async () => {
      const { version } = await store.readDesk('sora');
      await store.replaceDesk('sora', TAKEN, version);
      expect((await store.readDesk('SORA')).value).toEqual(TAKEN);
    });
  });

  describe('a queue', () => {
    const waiter = (key: string) => ({ key, jobId: `job-${key}`, enqueuedTokens: 5_000_000_000 });

    test('is in the order of the keys, each once', async () => {
      for (const key of ['3', '1', '2', '1']) await store.enqueue(NAME, waiter(key));
      await store.enqueue('another', waiter('0'));
      expect(await store.head(NAME, 2)).toEqual([waiter('1'), waiter('2')]);
      expect(await store.ahead(NAME, '3')).toBe(2);
      expect(await store.ahead(NAME, '1')).toBe(0);
    });

    test('lets go whoever leaves, once or twice', async () => {
      await store.enqueue(NAME, waiter('1'));
      await store.dequeue(NAME, { key: '1' });
      await store.dequeue(NAME, { key: '1' });
      expect(await store.head(NAME, 1_000)).toEqual([]);
    });
  });

  describe('counted calls', () => {
    const calls = [{ at: 1_772_000_000_000, calls: 3, reads: 1, creates: 1 }];

    test('are kept for each shard, changed by one of two who read the same', async () => {
      const { value, version } = await store.readCalls(NAME, 1);
      expect(value).toEqual([]);
      const replaced = [calls, []].map((count) => store.replaceCalls(NAME, 1, count, version));
      expect((await Promise.all(replaced)).filter(Boolean)).toHaveLength(1);
      expect((await store.readCalls(NAME, 0)).value).toEqual([]);
    });

    test('are read as they were written', async () => {
      const { version } = await store.readCalls(NAME, 0);
      await store.replaceCalls(NAME, 0, calls, version);
      expect((await store.readCalls(NAME.toLowerCase(), 0)).value).toEqual(calls);
    });
  });
});
