import { expect, test, vi } from 'vitest';
import { Batcher } from '../../../../src/local/functions-host/triggers/batcher.ts';

test('what arrives together runs together, up to the maximum, one batch after the other', async () => {
  const batches: number[][] = [];
  const ends: (() => void)[] = [];
  const batcher = new Batcher<number>(3, (batch) => {
    batches.push(batch);
    return new Promise((resolve) => ends.push(resolve));
  });
  const added = [1, 2, 3, 4].map((item) => batcher.add(item));
  await added[0];
  expect(batches).toEqual([[1, 2, 3]]);
  const late = batcher.add(5);
  ends[0]?.();
  await Promise.all([...added, late]);
  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test('who added an item learns that its batch failed, and the next batch runs all the same', async () => {
  const run = vi.fn<(batch: string[]) => Promise<void>>(async ([item]) => {
    if (item === 'bad') throw new Error('as told');
  });
  const batcher = new Batcher<string>(1, run);
  const [bad, good] = await Promise.all([batcher.add('bad'), batcher.add('good')]);
  await expect(bad.answer).rejects.toThrow('as told');
  await expect(good.answer).resolves.toBeUndefined();
});
