import {
  CREATE,
  errorOf,
  MAY_STILL_RUN,
  PAID_TWICE_PERHAPS,
  type Misfortune,
} from './misfortune.ts';

/** The create is refused: it cost nothing, and is sent again where that can help. */
export const REFUSED: Misfortune[] = [
  {
    name: 'a 429 that asks for 2 seconds is waited out',
    faults: [{ route: CREATE, status: 429, headers: { 'retry-after': '2' } }],
    ends: { status: 'succeeded', error: null },
    sent: 2,
    pause: { atLeast: 2, atMost: 15 },
  },
  {
    name: 'a 429 that asks for a whole day is waited out for ten minutes',
    faults: [{ route: CREATE, status: 429, headers: { 'retry-after': '86400' } }],
    ends: { status: 'succeeded' },
    sent: 2,
    pause: { atLeast: 600, atMost: 610 },
  },
  {
    name: 'a 503 is sent again',
    faults: [{ route: CREATE, status: 503 }],
    ends: { status: 'succeeded' },
    sent: 2,
  },
  {
    name: 'a 401 that heals within minutes is waited out',
    faults: [{ route: CREATE, status: 401, times: 3 }],
    ends: { status: 'succeeded' },
    sent: 4,
  },
  {
    name: 'a 401 that lasts is final after a quarter of an hour',
    faults: [{ route: CREATE, status: 401, times: null }],
    ends: { status: 'failed', error: errorOf('upstream-unauthorized', { status: 401 }) },
    sent: 9,
    paid: 0,
  },
  {
    name: 'a deployment that is not known yet is waited for',
    faults: [
      { route: CREATE, status: 404, times: 2, body: { error: { code: 'DeploymentNotFound' } } },
    ],
    ends: { status: 'succeeded' },
    sent: 3,
  },
  {
    name: 'a prompt that the content filter stops is final',
    request: { input: 'trigger-content-filter' },
    ends: { status: 'failed', error: errorOf('content-filter', { status: 400 }) },
    paid: 0,
  },
  {
    name: 'a previous response that is not there is final',
    request: { previous_response_id: 'resp_that_never_was' },
    ends: {
      status: 'failed',
      error: errorOf('upstream-refused', { code: 'previous_response_not_found' }),
    },
    paid: 0,
  },
];

const RESUBMITTED = { when: 'action-required', does: 'actions/resubmit' } as const;
const ABANDONED = {
  user: { when: 'action-required', does: 'actions/abandon' },
  ends: {
    status: 'failed',
    error: errorOf('submission-abandoned'),
    warnings: [MAY_STILL_RUN],
  },
} as const;

/** Nobody can tell whether the create was accepted: it is never sent again unasked. */
export const UNCERTAIN: Misfortune[] = [
  {
    name: 'a 500 is sent again when the user says so',
    faults: [{ route: CREATE, status: 500 }],
    user: RESUBMITTED,
    ends: { status: 'succeeded', error: null, warnings: [PAID_TWICE_PERHAPS] },
    sent: 2,
  },
  {
    name: 'a 500 is left alone when the user abandons the job',
    faults: [{ route: CREATE, status: 500 }],
    ...ABANDONED,
    paid: 0,
  },
  {
    name: 'a 500 is sent again at once when the options say so',
    faults: [{ route: CREATE, status: 500, times: 2 }],
    options: { onUncertainSubmission: 'resubmit' },
    ends: { status: 'succeeded', warnings: [PAID_TWICE_PERHAPS, PAID_TWICE_PERHAPS] },
    sent: 3,
  },
  {
    name: 'whatever the options say, the user is asked after three more creates',
    faults: [{ route: CREATE, status: 500, times: null }],
    options: { onUncertainSubmission: 'resubmit' },
    user: ABANDONED.user,
    ends: { status: 'failed', error: errorOf('submission-abandoned') },
    sent: 4,
    paid: 0,
  },
  {
    name: 'a connection that was cut after sending counts as unanswered',
    faults: [{ route: CREATE, cutBeforeProcessing: true }],
    ...ABANDONED,
    paid: 0,
  },
  {
    name: 'work whose answer was lost is paid once when the user abandons the job',
    faults: [{ route: CREATE, answerLost: true }],
    ...ABANDONED,
  },
  {
    name: 'work whose answer was lost is paid twice when the user says so',
    faults: [{ route: CREATE, answerLost: true }],
    user: RESUBMITTED,
    ends: { status: 'succeeded', warnings: [PAID_TWICE_PERHAPS] },
    sent: 2,
    paid: 2,
  },
  {
    name: 'a gateway that lost its patience says nothing of the work behind it',
    faults: [{ route: CREATE, answerLost: true, status: 504 }],
    ...ABANDONED,
  },
  {
    name: 'an answer that was cut in the middle counts as none',
    faults: [{ route: CREATE, cutAfterBytes: 40 }],
    ...ABANDONED,
  },
  {
    name: 'an answer that comes too late counts as none',
    faults: [{ route: CREATE, delayMs: 60_000 }],
    ...ABANDONED,
  },
  {
    name: 'a success that is no JSON counts as no answer',
    faults: [{ route: CREATE, body: '{"id": "resp_' }],
    ...ABANDONED,
  },
  {
    name: 'a success that names no response counts as no answer',
    faults: [{ route: CREATE, body: {} }],
    ...ABANDONED,
  },
  {
    name: 'a user who cancels instead is told that the work may still run',
    faults: [{ route: CREATE, answerLost: true }],
    user: { when: 'action-required', does: 'cancel' },
    ends: { status: 'cancelled', warnings: [MAY_STILL_RUN] },
  },
];
