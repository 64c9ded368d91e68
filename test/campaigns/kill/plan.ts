import type { Door } from '../../../src/jobs/job.ts';
import type { ProgramName } from '../../../src/local/stack/programs.ts';
import { Random } from '../random.ts';

/** What a job meets on its way, besides the kills. */
export type Fate = 'plain' | 'throttled' | 'answer-lost' | 'failing' | 'cancelled';

/** Times are real milliseconds since the campaign began, unless they say otherwise. */
export interface PlannedJob {
  id: string;
  door: Door;
  fate: Fate;
  handInAfter: number;
  /** Virtual seconds that the work takes upstream. */
  durationSeconds: number;
  /** Only for the fate `cancelled`: milliseconds after it was handed in. */
  cancelAfter: number;
  /** What the user chooses if the job should ask. */
  choice: 'resubmit' | 'abandon';
}

export type Target = ProgramName | 'stack' | 'worker';

export interface PlannedKill {
  target: Target;
  /** Milliseconds after what was killed before is up again. */
  after: number;
}

export interface KillPlan {
  jobs: PlannedJob[];
  kills: PlannedKill[];
}

const DOORS = ['http', 'service-bus', 'storage-queue', 'blob-drop'] as const;

/** The first jobs have one fate each, the rest are plain. */
const FATES = ['throttled', 'answer-lost', 'failing', 'cancelled'] as const;

/** Bringing up the whole stack takes longest, so it is not the most frequent. */
const TARGETS = [
  'stack',
  'functions',
  'functions',
  'worker',
  'worker',
  'storage',
  'serviceBus',
  'azureOpenAI',
  'eventGrid',
] as const;

const JOBS = 6;

/** Everything that a campaign does follows from its seed; what then interleaves does not. */
export function killPlan(seed: number): KillPlan {
  const random = new Random(seed);
  const jobs = Array.from({ length: JOBS }, (_, index) => plannedJob(random, seed, index));
  const kills = Array.from({ length: random.between(2, 4) }, () => ({
    target: random.pick(TARGETS),
    after: random.between(0, 700),
  }));
  return { jobs, kills };
}

function plannedJob(random: Random, seed: number, index: number): PlannedJob {
  return {
    id: `kill-${seed}-${index}`,
    door: random.pick(DOORS),
    fate: FATES[index] ?? 'plain',
    handInAfter: random.between(0, 1_500),
    durationSeconds: random.between(1, 120),
    cancelAfter: random.between(0, 1_000),
    choice: random.pick(['resubmit', 'abandon']),
  };
}
