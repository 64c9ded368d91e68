import type { Status } from '../../../src/jobs/status.ts';
import { DOORS, type PlannedJob } from '../kill/plan.ts';
import type { Random } from '../random.ts';
import { jsonLines, rowsFor } from './rows.ts';

/** As the simulator takes it (docs/simulator.md). */
interface Fault {
  readonly [field: string]: unknown;
}
type Choices<Choice> = readonly [Choice, ...Choice[]];

/** What goes wrong upstream with one job, and how it may end then. */
interface Fate {
  deployment: string;
  faults: Fault[];
  endings: Status[];
  /** Real milliseconds after it was handed in. */
  cancelAfter?: number;
}

const ROWS = 6;
const USUAL = 'gpt-5.1-batch';

/** So few tokens may wait for it that a job goes in parts, one after the other. */
const SMALL = 'gpt-5.1-batch-small';
const SOME_ROWS = Math.ceil((jsonLines(rowsFor(SMALL, 1)).length * 3.5) / 3);

export const DEPLOYMENTS = { '*': {}, [SMALL]: { limits: { enqueuedTokens: SOME_ROWS } } };

const CREATE = 'POST /batches';
const UPLOAD = 'POST /files';

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
  { tokenLimitExceeded: 'refuse', times: 2 },
  { tokenLimitExceeded: 'fail', times: 2 },
];

const UPLOAD_FAULTS: Choices<Fault> = [
  { answerLost: true },
  { answerLost: true, times: 2 },
  { cutAfterBytes: 20 },
  { cutBeforeProcessing: true, times: 2 },
  { status: 500, times: 2 },
  { status: 429, headers: { 'retry-after': '30' } },
];

/** Whichever job asks next meets these; all of them must bear it. */
const ASKING_FAULTS: Choices<Fault> = [
  { route: 'GET /batches', status: 500, times: 2 },
  { route: 'GET /batches', body: '<html>502</html>' },
  { route: 'GET /batches/{id}', status: 500, times: 3 },
  { route: 'GET /batches/{id}', status: 404 },
  { route: 'GET /files', status: 503, times: 2 },
  { route: 'GET /files/{id}/content', cutAfterBytes: 500, times: 2 },
  { route: 'GET /files/{id}/content', status: 503, times: 2 },
  { route: 'DELETE /files/{id}', status: 500, times: 2 },
];

const OTHER_ENDS: Choices<{ fault: Fault; ending: Status }> = [
  { fault: { expiresAtShare: 0.6 }, ending: 'expired' },
  { fault: { expiresAtShare: 0.6, listsUnfinished: true }, ending: 'expired' },
  { fault: { failures: { share: 1 } }, ending: 'failed' },
  { fault: { failures: { share: 0.5 } }, ending: 'succeeded' },
  { fault: { validationErrors: [{ code: 'invalid_json_line', line: 2 }] }, ending: 'failed' },
];

/**
 * One job whose create's answer gets lost or that is not accepted at first, one in parts whose uploads
 * go wrong, and one that is to end otherwise or is cancelled.
 */
export function batchJobs(random: Random, seed: number): PlannedJob[] {
  const first = random.pick([lost, refusedAtFirst]);
  return [first, split, endedOtherwise].map((fate, index) => {
    const id = `batch-${seed}-${index}`;
    return plannedJob(random, id, fate(random, id));
  });
}

/** The create names the part that it is for. */
function about(id: string, fault: Fault): Fault {
  return { route: CREATE, ...fault, match: { bodyContains: `"${id}.` } };
}

function lost(random: Random, id: string): Fate {
  const fault = { times: random.between(1, 2), ...random.pick(LOST_ANSWERS) };
  return { deployment: USUAL, faults: [about(id, fault)], endings: ['succeeded'] };
}

function split(random: Random, id: string): Fate {
  const upload = { route: UPLOAD, ...random.pick(UPLOAD_FAULTS) };
  const create = random.chance(0.5) ? [about(id, random.pick(LOST_ANSWERS))] : [];
  return { deployment: SMALL, faults: [upload, ...create], endings: ['succeeded'] };
}

function refusedAtFirst(random: Random, id: string): Fate {
  const faults = [about(id, random.pick(NOT_ACCEPTED)), random.pick(ASKING_FAULTS)];
  return { deployment: USUAL, faults, endings: ['succeeded'] };
}

function endedOtherwise(random: Random, id: string): Fate {
  const faults = [random.pick(ASKING_FAULTS)];
  if (random.chance(0.4)) {
    const cancelAfter = random.between(0, 3_000);
    return { deployment: SMALL, faults, endings: ['cancelled', 'succeeded'], cancelAfter };
  }
  const { fault, ending } = random.pick(OTHER_ENDS);
  return { deployment: USUAL, faults: [...faults, about(id, fault)], endings: [ending] };
}

function plannedJob(
  random: Random,
  id: string,
  { deployment, faults, endings, cancelAfter }: Fate,
): PlannedJob {
  return {
    id,
    door: random.pick(DOORS),
    handInAfter: random.between(0, 1_500),
    kind: 'batch',
    request: { model: deployment },
    input: { blob: `inbox/files/${id}.jsonl`, content: jsonLines(rowsFor(deployment, ROWS)) },
    faults,
    endings,
    ...(cancelAfter === undefined ? {} : { cancelAfter }),
    choice: 'abandon',
  };
}
