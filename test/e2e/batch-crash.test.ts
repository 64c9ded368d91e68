import { expect, it } from 'vitest';
import { runBatchCampaigns } from '../campaigns/batch.ts';

const SEEDS = [1, 2, 3, 4, 5];

it('batches are created once, account for every row and leave no file behind, whatever is killed', async () => {
  const found: string[] = [];
  const run = new Set<number>();
  await runBatchCampaigns(SEEDS, (seed, violations) => {
    run.add(seed);
    found.push(...violations);
  });

  expect(found).toEqual([]);
  expect(run).toEqual(new Set(SEEDS));
}, 150_000);
