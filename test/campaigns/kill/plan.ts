import type { KindName, Options } from '../../../src/jobs/envelope.ts';
import type { Door } from '../../../src/jobs/job.ts';
import type { Status } from '../../../src/jobs/status.ts';
import type { ProgramName } from '../../../src/local/stack/programs.ts';
import { Random } from '../random.ts';
import type { Work } from './work.ts';

/** Times are real milliseconds. */
export interface PlannedJob {
  id: string;
  door: Door;
  /** Since the campaign began. */
  handInAfter: number;
  kind: KindName;
  request: Record<string, unknown>;
  options?: Options;
  /** The blob that the envelope names, and what is uploaded there before. */
  input?: { blob: string; content: string };
  /** The body that the kind sends, by whose hash the simulator counts creates; else it counts otherwise. */
  create?: Record<string, unknown>;
  /** What the simulator is told before the job is handed in. */
  faults: readonly { readonly [field: string]: unknown }[];
  /** How it may end; the kills decide between them. */
  endings: readonly Status[];
  /** After it was handed in; absent: it is not cancelled. */
  cancelAfter?: number;
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

export const DOORS = ['http', 'service-bus', 'storage-queue', 'blob-drop'] as const;

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

/** Everything that a campaign does follows from its seed; what then interleaves does not. */
export function killPlan(seed: number, work: Work): KillPlan {
  const random = new Random(seed);
  const jobs = work.jobs(random, seed);
  const kills = Array.from({ length: random.between(1, 3) }, () => ({
    target: random.pick(TARGETS),
    after: random.between(0, work.longestPause),
  }));
  return { jobs, kills };
}
