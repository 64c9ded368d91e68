import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect, test, vi } from 'vitest';
import {
  keepKeys,
  keepTemplates,
  leaveFlushing,
  skipMissingQueries,
  type ExtentStoreClass,
  type QueryModule,
  type SigningModule,
} from '../../../src/local/storage/request-shortcuts.ts';

const azurite = createRequire(createRequire(import.meta.url).resolve('azurite/package.json'));

test('signatures with keys that are kept are those that Azurite computes', () => {
  const own = azurite('./dist/src/common/utils/utils') as SigningModule;
  const quick: SigningModule = { ...own };
  keepKeys(quick);
  const keys = [Buffer.from('one key'), Buffer.from('another')];
  for (const key of [...keys, ...keys]) {
    const signature = quick.computeHMACSHA256('GET\n/tables', key);
    expect(signature).toBe(own.computeHMACSHA256('GET\n/tables', key));
    expect(signature).toBe(createHmac('sha256', key).update('GET\n/tables').digest('base64'));
  }
});

test('each template is read once, and each is its own', () => {
  const parse = vi.fn((template: string) => ({ template }));
  const kept = keepTemplates(parse);
  const found = ['/{a}', '/{b}', '/{a}', '/{b}'].map((template) => kept(template).template);
  expect(found).toEqual(['/{a}', '/{b}', '/{a}', '/{b}']);
  expect(parse).toHaveBeenCalledTimes(2);
});

test('the query of an address is what Azurite finds', () => {
  const own = azurite('./dist/src/common/utils/utils') as QueryModule;
  const quick: QueryModule = { ...own };
  skipMissingQueries(quick);
  const addresses = ['/a/b', "/a/jobs(PartitionKey='x',RowKey='y')", '/a?', '/a?b=c&d=%20', '/'];
  for (const address of addresses) {
    expect(quick.getURLQueries(address)).toEqual(own.getURLQueries(address));
  }
});

test('content is written by Azurite, without being flushed', async () => {
  const streamPipe = vi.fn(async (..._given: unknown[]) => 7);
  const store: ExtentStoreClass = { prototype: { streamPipe } };
  const { prototype } = azurite('./dist/src/common/persistence/FSExtentStore')
    .default as ExtentStoreClass;
  expect(prototype.streamPipe).toHaveLength(4);
  leaveFlushing(store);
  expect(await store.prototype.streamPipe('from', 'to', 3, 'context')).toBe(7);
  expect(streamPipe).toHaveBeenCalledExactlyOnceWith('from', 'to', undefined, 'context');
});
