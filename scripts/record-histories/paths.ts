import type { JobDocument } from '../../src/jobs/job.ts';

/** What somebody does while a job goes its way; virtual time stands still meanwhile. */
export interface Deed {
  /** When the job is so. */
  when: (job: JobDocument) => boolean;
  do:
    | 'cancel'
    | 'resubmit'
    | 'abandon'
    | 'lose storage for ten minutes'
    | 'kill the host for a moment';
  /** Virtual minutes that pass afterwards, before the next deed. */
  minutes?: number;
}

/** One way that a job may go. */
export interface Path {
  /** Of the simulator, about the job's create or about any route that it names. */
  fault?: Record<string, unknown>;
  options?: Record<string, unknown>;
  input?: string;
  deeds?: Deed[];
}

const isRunning: Deed['when'] = ({ status }) => status === 'running';
const isAsking: Deed['when'] = ({ status }) => status === 'action-required';
const wasRefused: Deed['when'] = ({ error }) => error !== null;
const isSubmitting: Deed['when'] = ({ phase }) => phase === 'submitting';

const LOST = { answerLost: true };
const DAY = 86_400;
const WEEK = { deadline: 'P7D' };

/** Every way through the orchestration, by the name of its file. */
export const PATHS: Readonly<Record<string, Path>> = {
  succeeded: {},
  failed: {
    fault: { outcome: { status: 'failed', error: { code: 'server_error', message: 'It broke.' } } },
  },
  incomplete: { fault: { outcome: { status: 'incomplete', reason: 'max_output_tokens' } } },
  refused: { input: 'trigger-content-filter' },
  throttled: { fault: { status: 429, times: 2, headers: { 'retry-after': '60' } } },
  'several-generations': { fault: { durationSeconds: 3_600 } },
  gone: {
    fault: {
      route: 'GET /responses/{id}',
      status: 404,
      times: 3,
      body: { error: { code: '404' } },
    },
  },
  'cleaned-up': { options: { keepUpstream: false } },
  deadline: { fault: { durationSeconds: DAY }, options: { deadline: 'PT20M' } },
  'deadline-while-asking': { fault: LOST, options: { deadline: 'PT30M' } },
  'cancelled-while-throttled': {
    fault: { status: 429, times: 5, headers: { 'retry-after': '60' } },
    deeds: [{ when: wasRefused, do: 'cancel' }],
  },
  'cancelled-while-running': {
    fault: { durationSeconds: DAY },
    deeds: [{ when: isRunning, do: 'cancel' }],
  },
  'cancelled-while-asking': { fault: LOST, deeds: [{ when: isAsking, do: 'cancel' }] },
  resubmitted: { fault: LOST, deeds: [{ when: isAsking, do: 'resubmit' }] },
  'resubmitted-unasked': { fault: LOST, options: { onUncertainSubmission: 'resubmit' } },
  abandoned: { fault: LOST, deeds: [{ when: isAsking, do: 'abandon' }] },
  orphaned: {
    fault: { delayMs: 5_000 },
    options: WEEK,
    deeds: [
      { when: isSubmitting, do: 'kill the host for a moment', minutes: 5 },
      { when: isAsking, do: 'abandon' },
    ],
  },
  trouble: {
    fault: { durationSeconds: 600 },
    deeds: [{ when: isRunning, do: 'lose storage for ten minutes' }],
  },
};
