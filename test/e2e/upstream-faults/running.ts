import { CREATE, errorOf, outputsNamed, READ, type Misfortune } from './misfortune.ts';

/** What becomes of the work upstream. */
export const STATES: Misfortune[] = [
  {
    name: 'a status that nobody knows is polled on',
    faults: [
      {
        route: CREATE,
        outcome: { status: 'rehydrating', seconds: 30, next: { status: 'completed' } },
      },
    ],
    ends: { status: 'succeeded' },
  },
  {
    name: 'a status is understood in any spelling',
    faults: [{ route: CREATE, statusText: 'Completed' }],
    ends: { status: 'succeeded' },
  },
  {
    name: 'nulls while the work runs are no end of it',
    faults: [{ route: CREATE, nullsWhileRunning: true, durationSeconds: 20 }],
    ends: { status: 'succeeded' },
  },
  {
    name: 'a failure for a passing reason may be tried again',
    faults: [{ route: CREATE, outcome: failed('server_error') }],
    ends: { status: 'failed', error: errorOf('upstream-failed-retryable') },
  },
  {
    name: 'a failure for the content is one of the content filter',
    faults: [{ route: CREATE, outcome: failed('image_content_policy_violation') }],
    ends: { status: 'failed', error: errorOf('content-filter') },
  },
  {
    name: 'any other failure is final',
    faults: [{ route: CREATE, outcome: failed('invalid_prompt') }],
    ends: { status: 'failed', error: errorOf('upstream-failed', { code: 'invalid_prompt' }) },
  },
  {
    name: 'a response that ran out of tokens fails, and what there is of it is kept',
    faults: [{ route: CREATE, outcome: { status: 'incomplete', reason: 'max_output_tokens' } }],
    ends: {
      status: 'failed',
      error: errorOf('incomplete', { code: 'max_output_tokens' }),
      outputs: outputsNamed('response.json', 'output.md'),
    },
    complete: false,
  },
  {
    name: 'a response that the content filter cut short fails, and what there is of it is kept',
    faults: [{ route: CREATE, outcome: { status: 'incomplete', reason: 'content_filter' } }],
    ends: {
      status: 'failed',
      error: errorOf('content-filter', { code: 'content_filter' }),
      outputs: outputsNamed('response.json', 'output.md'),
    },
    complete: false,
  },
  {
    name: 'work that upstream cancelled by itself is cancelled',
    faults: [{ route: CREATE, outcome: { status: 'cancelled' } }],
    ends: { status: 'cancelled' },
  },
];

function failed(code: string): object {
  return { status: 'failed', error: { code, message: 'It broke.' } };
}

const GONE = { route: READ, status: 404, body: { error: { message: 'Response not found.' } } };

/** Meets the first read, the poll that sees the end, and lets it pass. */
const PASSES = { route: READ, delayMs: 1 };

/** Reading costs nothing, so whatever comes of it, it is done again. */
export const READS: Misfortune[] = [
  {
    name: 'polls that teach nothing are made again',
    faults: [
      { route: READ, status: 500 },
      { route: READ, status: 429, headers: { 'retry-after': '3' } },
      { route: READ, status: 401 },
      { route: READ, status: 404, body: { error: { code: 'DeploymentNotFound' } } },
      { route: READ, body: 'no JSON' },
      { route: READ, cutBeforeProcessing: true },
      { route: READ, cutAfterBytes: 10 },
    ],
    ends: { status: 'succeeded' },
  },
  {
    name: 'a response that is not found once is asked for again',
    faults: [GONE],
    ends: { status: 'succeeded' },
  },
  {
    name: 'a response that is gone while it is polled ends the job as expired',
    faults: [{ ...GONE, times: null }],
    ends: { status: 'expired', error: errorOf('outputs-gone', { status: 404 }) },
  },
  {
    name: 'outputs that cannot be read at first are collected later',
    faults: [
      PASSES,
      { route: READ, status: 500 },
      { route: READ, status: 429, headers: { 'retry-after': '86400' } },
      { route: READ, cutAfterBytes: 100 },
    ],
    ends: { status: 'succeeded', outputs: outputsNamed('response.json', 'output.md') },
    complete: true,
  },
  {
    name: 'outputs that are gone before they are collected end the job as expired',
    faults: [PASSES, { ...GONE, times: null }],
    ends: { status: 'expired', error: errorOf('outputs-gone') },
  },
];
