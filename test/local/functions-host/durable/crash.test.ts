import { afterEach, describe, expect, it, vi } from 'vitest';
import { WorkTable } from '../../../../src/local/functions-host/durable/work-table.ts';
import { runHostCampaign } from '../../../campaigns/host.ts';

describe('an engine that crashes at any moment', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  // `npm run soak` runs many more. Seed 0 kills a process besides.
  it.each([0, 3])('ends with the history of an undisturbed run: seed %i', async (seed) => {
    const { points, violations } = await runHostCampaign(seed);
    expect(violations).toEqual([]);
    expect(points).toBeGreaterThan(20);
  });

  it('is found out when it forgets the activities that were under way', async () => {
    vi.spyOn(WorkTable.prototype, 'all').mockReturnValue([]);
    expect((await runHostCampaign(3)).violations).not.toEqual([]);
  });
});
