import {
  CANCEL,
  CREATE,
  errorOf,
  MAY_STILL_RUN,
  NEVER_ENDS,
  outputsNamed,
  READ,
  type Misfortune,
} from './misfortune.ts';

const CANCELLED = { when: 'running', does: 'cancel' } as const;

/** The user cancels work that runs upstream. */
export const CANCELS: Misfortune[] = [
  {
    name: 'the work is cancelled upstream',
    faults: [NEVER_ENDS],
    user: CANCELLED,
    ends: { status: 'cancelled', error: null, warnings: [] },
    lastCancel: 200,
  },
  {
    name: 'a cancel that upstream cannot take is tried again',
    faults: [NEVER_ENDS, { route: CANCEL, status: 500, times: 3 }],
    user: CANCELLED,
    ends: { status: 'cancelled', warnings: [] },
    lastCancel: 200,
  },
  {
    name: 'the job stays cancelled when the work completes all the same',
    faults: [{ route: CREATE, durationSeconds: 60, cancelThenCompleted: true }],
    user: CANCELLED,
    ends: { status: 'cancelled' },
    lastCancel: 200,
  },
  {
    name: 'work that had completed before is brought home',
    faults: [{ route: CREATE, durationSeconds: 0 }],
    user: CANCELLED,
    ends: { status: 'succeeded', outputs: outputsNamed('response.json', 'output.md') },
  },
  {
    name: 'work that had completed unseen is brought home when upstream refuses to cancel it',
    faults: [
      { route: CREATE, durationSeconds: 0 },
      { route: READ, status: 500, times: 2 },
    ],
    user: CANCELLED,
    ends: { status: 'succeeded', outputs: outputsNamed('response.json', 'output.md') },
    lastCancel: 400,
  },
];

const SOON = { deadline: 'PT10M' };

/** The deadline passes. */
export const DEADLINES: Misfortune[] = [
  {
    name: 'a job that was never accepted expires unpaid',
    faults: [{ route: CREATE, status: 429, times: null }],
    options: { deadline: 'PT1M' },
    ends: { status: 'expired', error: errorOf('deadline'), warnings: [] },
    sent: 4,
    paid: 0,
  },
  {
    name: 'work that runs is cancelled upstream',
    faults: [NEVER_ENDS],
    options: SOON,
    ends: { status: 'expired', error: errorOf('deadline'), warnings: [] },
    lastCancel: 200,
  },
  {
    name: 'work in a status that nobody knows is cancelled upstream',
    faults: [{ route: CREATE, outcome: { status: 'rehydrating' } }],
    options: SOON,
    ends: { status: 'expired', error: errorOf('deadline'), warnings: [] },
    lastCancel: 200,
  },
  {
    name: 'work that nobody could read is cancelled upstream',
    faults: [NEVER_ENDS, { route: READ, status: 500, times: null }],
    options: SOON,
    ends: { status: 'expired', error: errorOf('deadline'), warnings: [] },
    lastCancel: 200,
  },
  {
    name: 'work that cannot be cancelled is told of as work that may still run',
    faults: [NEVER_ENDS, { route: CANCEL, status: 500, times: null }],
    options: SOON,
    ends: { status: 'expired', error: errorOf('deadline'), warnings: [MAY_STILL_RUN] },
    lastCancel: 500,
  },
  {
    name: 'a user who was asked and did not answer is not waited for',
    faults: [{ route: CREATE, answerLost: true }],
    options: SOON,
    ends: { status: 'expired', error: errorOf('deadline'), warnings: [MAY_STILL_RUN] },
  },
];
