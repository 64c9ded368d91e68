import { expect, test, vi } from 'vitest';
import { Hold } from '../../../../src/local/functions-host/clock/hold.ts';
import { MachineClock } from '../../../../src/local/functions-host/clock/machine-clock.ts';
import { VirtualClock } from '../../../../src/local/functions-host/clock/virtual-clock.ts';
import { Batcher } from '../../../../src/local/functions-host/triggers/batcher.ts';

const hold = (): Hold => new Hold(new MachineClock());

test('what arrives together runs together, up to the maximum, one batch after the other', async () => {
  const batches: number[][] = [];
  const ends: (() => void)[] = [];
  const batcher = new Batcher<number>(3, (batch) => {
    batches.push(batch);
    return new Promise((resolve) => ends.push(resolve));
  });
  const added = [1, 2, 3, 4].map((item) => batcher.add(item, hold()));
  await added[0];
  expect(batches).toEqual([[1, 2, 3]]);
  const late = batcher.add(5, hold());
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
  const [bad, good] = await Promise.all([batcher.add('bad', hold()), batcher.add('good', hold())]);
  await expect(bad.answer).rejects.toThrow('as told');
  await expect(good.answer).resolves.toBeUndefined();
});

test('an item that waits for a batch which sleeps on virtual time does not keep that asleep', async () => {
  const clock = new VirtualClock({ now: 0, until: null, advanced: () => undefined });
  const batcher = new Batcher<string>(1, () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.at(clock.now() + 1_000, resolve);
    return promise;
  });
  const handle = async (item: string): Promise<void> => {
    const held = new Hold(clock);
    const { answer } = await batcher.add(item, held);
    await held.lend(answer);
    held.release();
  };
  await Promise.all([handle('first'), handle('second')]);
  expect(clock.now()).toBe(2_000);
});
