import { BATCHES } from '../../test/campaigns/batch.ts';
import { runHostCampaign } from '../../test/campaigns/host.ts';
import { runInfraCampaigns, survived } from '../../test/campaigns/infra.ts';
import { runKillCampaigns } from '../../test/campaigns/kill.ts';
import { RESPONSES } from '../../test/campaigns/kill/responses.ts';
import { together, type Work } from '../../test/campaigns/kill/work.ts';
import { runResponseCampaign, runSearchedCampaign } from '../../test/campaigns/response.ts';
import { runServiceBusCampaign } from '../../test/campaigns/service-bus.ts';
import { VIDEOS } from '../../test/campaigns/video.ts';

/** Hears of every run as it ends. */
export type Report = (run: { seed: number; violations: readonly string[] }) => void;

export interface Campaign {
  /** What it does, for the usage. */
  about: string;
  defaultSeeds: number;
  run(seeds: readonly number[], report: Report): Promise<void>;
}

/** Campaigns in memory are so much quicker that each seed stands for many. */
const IN_MEMORY_PER_SEED = 50;

/** How many go through the Service Bus with each seed. */
const SERVICE_BUS_MESSAGES = 10_000;

/** Stacks that are up at the same time. */
const STACKS = 2;

/** By the name that `--only` takes. */
export const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  response: {
    about: `the kind response: each seed with kills of the real stack, and ${IN_MEMORY_PER_SEED} times in memory`,
    defaultSeeds: 200,
    async run(seeds, report) {
      for (const seed of seeds.flatMap(inMemorySeeds)) {
        const { violations } = await runResponseCampaign(seed);
        report({ seed, violations: violations.map((what) => `in memory, seed ${seed}: ${what}`) });
      }
      await underKills(RESPONSES)(seeds, report);
    },
  },
  searched: {
    about:
      'work that waits for places, is found when its create got no answer, and vanishes, in memory',
    defaultSeeds: 2_000,
    async run(seeds, report) {
      for (const seed of seeds) report(await runSearchedCampaign(seed));
    },
  },
  video: {
    about: 'the kind video: two at a time, under faults of upstream and kills of the real stack',
    defaultSeeds: 100,
    run: underKills(VIDEOS),
  },
  batch: {
    about: 'the kind batch: jobs in parts, under faults of upstream and kills of the real stack',
    defaultSeeds: 100,
    run: underKills(BATCHES),
  },
  mixed: {
    about:
      'all kinds at once on the same stack, under faults of upstream and kills of the real stack',
    defaultSeeds: 20,
    run: underKills(together([RESPONSES, VIDEOS, BATCHES])),
  },
  host: {
    about: 'the durable engine, ended at the end of every transaction and within',
    defaultSeeds: 20,
    async run(seeds, report) {
      for (const seed of seeds) {
        const { points, violations } = await runHostCampaign(seed);
        for (let point = 1; point < points; point += 1) report({ seed, violations: [] });
        report({ seed, violations: violations.map((what) => `seed ${seed}: ${what}`) });
      }
    },
  },
  'service-bus': {
    about: 'the local Service Bus, killed in the middle of a stream of messages',
    defaultSeeds: 20,
    async run(seeds, report) {
      for (const seed of seeds) report(await runServiceBusCampaign(seed, SERVICE_BUS_MESSAGES));
    },
  },
  infra: {
    about: 'mistakes in the infrastructure, of which the checks must notice nine in ten',
    defaultSeeds: 300,
    async run(seeds, report) {
      // Survivors are no violations as long as they are few, and are told of beside the report.
      for (const mutant of runInfraCampaigns(seeds, report)) console.error(survived(mutant));
    },
  },
};

/** The seed itself first, so that `--seed` runs again what was reported. */
function inMemorySeeds(seed: number): number[] {
  return Array.from({ length: IN_MEMORY_PER_SEED }, (_, index) => seed + index * 1_000_000);
}

function underKills(work: Work): Campaign['run'] {
  return (seeds, report) =>
    runKillCampaigns({ work, seeds, stacks: STACKS, deliverTwice: true }, (seed, violations) =>
      report({ seed, violations }),
    );
}
