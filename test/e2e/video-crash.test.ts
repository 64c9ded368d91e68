import { expect, it } from 'vitest';
import { runVideoCampaigns } from '../campaigns/video.ts';

const SEEDS = [1, 2, 3, 4, 5];

it('videos end once, two at a time, paid for once, while the stack is killed under them', async () => {
  const found: string[] = [];
  const run = new Set<number>();
  await runVideoCampaigns(SEEDS, (seed, violations) => {
    run.add(seed);
    found.push(...violations);
  });

  expect(found).toEqual([]);
  expect(run).toEqual(new Set(SEEDS));
}, 150_000);
