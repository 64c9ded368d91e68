import type { Status } from '../../../src/jobs/status.ts';
import { DOORS, type PlannedJob } from '../kill/plan.ts';
import type { Random } from '../random.ts';

/** As the simulator takes it (docs/simulator.md). */
interface Fault {
  readonly [field: string]: unknown;
}
type Choices<Choice> = readonly [Choice, ...Choice[]];

/** What goes wrong upstream with one job, and how it may end then. */
interface Fate {
  faults: Fault[];
  endings: Status[];
  variants?: number;
  /** Real milliseconds after it was handed in. */
  cancelAfter?: number;
}

const CREATE = 'POST /video/generations/jobs';
const STATUS = 'GET /video/generations/jobs/{id}';
const LIST = 'GET /video/generations/jobs';
const VIDEO = 'GET /video/generations/{id}/content/video';

/** A create is accepted, and nobody hears of it. */
const LOST_ANSWERS: Choices<Fault> = [
  { answerLost: true },
  { answerLost: true, status: 500 },
  { answerLost: true, status: 504 },
  { cutAfterBytes: 20 },
];

const NOT_ACCEPTED: Choices<Fault> = [
  { status: 429, times: 2, headers: { 'retry-after': '20' } },
  { status: 503, times: 2 },
  { cutBeforeProcessing: true },
];

const READ_FAULTS: Choices<Fault> = [
  { route: STATUS, status: 500, times: 3 },
  { route: STATUS, status: 429, times: 2, headers: { 'retry-after': '86400' } },
  { route: STATUS, status: 404 },
  { route: STATUS, body: '<html>502</html>', times: 2 },
];

const DOWNLOAD_FAULTS: Choices<Fault> = [
  { route: VIDEO, cutAfterBytes: 5_000, times: 2 },
  { route: VIDEO, cutAfterBytes: 5_000, times: 2, ignoreRange: true },
  { route: VIDEO, cutAfterBytes: 5_000, noContentLength: true },
  { route: VIDEO, contentLengthOffset: 10 },
  { route: VIDEO, status: 503, times: 3 },
];

const CHANGED_ENDS: Choices<{ fault: Fault; ending: Status }> = [
  { fault: { outcome: { status: 'failed', reason: 'internal_error' } }, ending: 'failed' },
  { fault: { generations: 0 }, ending: 'failed' },
  { fault: { moderation: { revisedPrompt: 'Something else.' } }, ending: 'failed' },
  { fault: { outcome: { status: 'cancelled' } }, ending: 'cancelled' },
];

/**
 * Two jobs that ask for exactly the same, whose creates' answers get lost; then one that is not
 * accepted at first, one that is to end otherwise or is cancelled, and one that is hard to bring home.
 */
export function videoJobs(random: Random, seed: number): PlannedJob[] {
  const lost = { route: CREATE, times: random.between(1, 2), ...random.pick(LOST_ANSWERS) };
  const twins = `Twins of seed ${seed}.`;
  const fates: [string, Fate][] = [
    [twins, { faults: [about(twins, lost)], endings: ['succeeded'] }],
    [twins, { faults: [], endings: ['succeeded'] }],
    ...[refusedAtFirst, endedOtherwise, hardToRead].map((fate, index): [string, Fate] => {
      const prompt = `Number ${index} of seed ${seed}.`;
      return [prompt, fate(random, prompt)];
    }),
  ];
  return fates.map(([prompt, fate], index) =>
    plannedJob(random, `video-${seed}-${index}`, prompt, fate),
  );
}

function about(prompt: string, fault: Fault) {
  return { ...fault, match: { bodyContains: prompt } };
}

function refusedAtFirst(random: Random, prompt: string): Fate {
  const fault = { route: CREATE, ...random.pick(NOT_ACCEPTED) };
  return { faults: [about(prompt, fault)], endings: ['succeeded'] };
}

function endedOtherwise(random: Random, prompt: string): Fate {
  if (random.chance(0.5)) {
    const cancelAfter = random.between(0, 2_000);
    return { faults: [], endings: ['cancelled', 'succeeded'], cancelAfter };
  }
  const { fault, ending } = random.pick(CHANGED_ENDS);
  // A kill may use the fault up with a create that is not accepted.
  return { faults: [about(prompt, { route: CREATE, ...fault })], endings: [ending, 'succeeded'] };
}

/** Whichever job reads next meets these; all of them must bear it. */
function hardToRead(random: Random): Fate {
  const list = random.chance(0.5) ? [{ route: LIST, status: 500 }] : [];
  const faults = [random.pick(READ_FAULTS), random.pick(DOWNLOAD_FAULTS), ...list];
  return { faults, endings: ['succeeded'], variants: 2 };
}

function plannedJob(
  random: Random,
  id: string,
  prompt: string,
  { faults, endings, variants = 1, cancelAfter }: Fate,
): PlannedJob {
  const size = { width: 480, height: 480, n_seconds: 5, n_variants: variants };
  const request = { model: 'sora', prompt, ...size };
  return {
    id,
    door: random.pick(DOORS),
    handInAfter: random.between(0, 1_500),
    kind: 'video',
    request,
    options: { priority: random.pick(['low', 'normal', 'high']) },
    create: request,
    faults,
    endings,
    ...(cancelAfter === undefined ? {} : { cancelAfter }),
    choice: 'abandon',
  };
}
