import { describe, expect, it } from 'vitest';
import { runBatchCampaign, type Sabotage } from './campaign.ts';

/** Strays come of two uploads at the same moment, in one of ten campaigns: the first is near here. */
const FIRST_TO_NOTICE = 15;
const LAST_TO_NOTICE = 40;

describe('a campaign of misfortunes', () => {
  it.each([1, 2, 3, 4, 5])(
    'leaves one batch a part, no stray and every row accounted for (seed %i)',
    async (seed) => {
      expect(await runBatchCampaign(seed)).toEqual([]);
    },
  );

  it.each<[string, RegExp, Sabotage]>([
    ['lists do not tell whose batches they are', /has [2-9] batches/, { hidesMetadata: true }],
    ['nothing is swept', /was left upstream/, { neverSweeps: true }],
  ])('notices when %s', async (_what, expected, sabotage) => {
    const violations: string[] = [];
    for (let seed = FIRST_TO_NOTICE; seed <= LAST_TO_NOTICE && !violations.length; seed += 1) {
      const found = await runBatchCampaign(seed, sabotage);
      violations.push(...found.filter((violation) => expected.test(violation)));
    }
    expect(violations).not.toEqual([]);
  });
});
