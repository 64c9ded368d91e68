import type { Status } from '../../../src/jobs/status.ts';
import type { Random } from '../random.ts';
import { DOORS, type PlannedJob } from './plan.ts';
import type { Work } from './work.ts';

/** What a job meets on its way, besides the kills. */
type Fate = 'plain' | 'throttled' | 'answer-lost' | 'failing' | 'cancelled';

/** The first jobs have one fate each, the rest are plain. */
const FATES = ['throttled', 'answer-lost', 'failing', 'cancelled'] as const;

const JOBS = 5;

/** Responses, each paid for by itself. */
export const RESPONSES: Work = {
  longestPause: 700,
  deployments: { '*': {} },
  jobs: (random, seed) =>
    Array.from({ length: JOBS }, (_, index) => plannedJob(random, `kill-${seed}-${index}`, index)),
};

function plannedJob(random: Random, id: string, index: number): PlannedJob {
  const fate = FATES[index] ?? 'plain';
  // The text names the job, so that faults and creates can be told apart.
  const request = { model: 'gpt-5.1', input: `What becomes of ${id}?` };
  const match = { route: 'POST /responses', match: { bodyContains: `${id}?` } };
  return {
    id,
    door: random.pick(DOORS),
    handInAfter: random.between(0, 1_500),
    kind: 'response',
    request,
    create: { ...request, background: true, store: true },
    faults: [{ ...match, ...faultOf(fate, random.between(1, 120)) }],
    endings: endingsOf(fate),
    ...cancelledAfter(fate, random.between(0, 1_000)),
    choice: random.pick(['resubmit', 'abandon']),
  };
}

/** @param durationSeconds virtual. */
function faultOf(fate: Fate, durationSeconds: number): Record<string, unknown> {
  switch (fate) {
    case 'throttled':
      return { status: 429, times: 2, headers: { 'retry-after': '20' } };
    case 'answer-lost':
      return { answerLost: true, durationSeconds };
    case 'failing': {
      const error = { code: 'server_error', message: 'It broke.' };
      return { durationSeconds, outcome: { status: 'failed', error } };
    }
    default:
      return { durationSeconds };
  }
}

function endingsOf(fate: Fate): Status[] {
  if (fate === 'failing') return ['failed', 'succeeded'];
  return fate === 'cancelled' ? ['cancelled', 'succeeded'] : ['succeeded'];
}

function cancelledAfter(fate: Fate, cancelAfter: number): { cancelAfter?: number } {
  return fate === 'cancelled' ? { cancelAfter } : {};
}
