import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect, test, vi } from 'vitest';
import {
  keepKeys,
  keepTemplates,
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
