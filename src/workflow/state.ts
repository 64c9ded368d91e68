import type { JobError } from '../jobs/errors.ts';
import type { TerminalStatus } from '../jobs/status.ts';
import type { UpstreamResult } from '../kinds/kind.ts';
import type { JobFacts } from './steps.ts';

/** Why work that still runs upstream is being stopped. */
export type StopReason = 'cancel' | 'deadline';

/** How a job is to end. */
export interface Ending {
  status: TerminalStatus;
  error?: JobError;
  warning?: string;
}

interface Base {
  jobId: string;
  /** Waits in a row in this phase: the next one is longer. */
  waits: number;
  /** Activities that threw in a row. */
  troubles: number;
  /** Nothing is done before this moment; milliseconds since the epoch. */
  waitUntil?: number;
  /** An event was decided and is to be sent before going on. */
  unpublished?: true;
}

interface Checked extends Base {
  facts: JobFacts;
  intent: number;
}

interface Submitted extends Checked {
  upstreamId: string;
  polls: number;
}

/** What submitting remembers from intent to intent, whichever run's answers it hears. */
export interface Submission {
  /** Refusals in a row that may be tried again: the next wait is longer. */
  refusals: number;
  /** When upstream first gave an answer that heals within minutes or not at all. */
  settlingSince?: number;
  /** Intents that were sent again without asking, as the options say. */
  resubmissions: number;
}

/**
 * Where a job's orchestration stands: everything that it carries from turn to turn and from
 * generation to generation. `phase` names the activity that comes next.
 */
export type State =
  | (Base & { phase: 'check' })
  | (Checked & Submission & { phase: 'submit' })
  | (Checked &
      Submission & {
        phase: 'settle';
        /** The end of the settle window, once it is known. */
        settleUntil?: number;
        /** When the intent is looked at: after the window, an open one counts as uncertain. */
        wokenAt: number;
      })
  | (Checked & { phase: 'hold'; error?: JobError })
  | (Submitted & { phase: 'poll'; stopping?: StopReason; timesGone: number })
  | (Submitted & { phase: 'cancel'; stopping: StopReason })
  | (Submitted & { phase: 'collect'; result: UpstreamResult; since: number })
  | (Base & { phase: 'finish'; ending: Ending; cleanUp?: string })
  | (Base & { phase: 'publish'; cleanUp?: string })
  | (Base & { phase: 'cleanUp'; cleanUp: string })
  | (Base & { phase: 'done' });

export type PhaseName = State['phase'];
export type StateOf<Phase extends PhaseName> = Extract<State, { phase: Phase }>;

export type CheckedState = Extract<State, { facts: JobFacts }>;
export type SubmittedState = Extract<State, { upstreamId: string }>;

/** What a state keeps when it moves on to another phase. */
export function carried({ jobId, facts, intent }: CheckedState): Checked {
  return { jobId, facts, intent, waits: 0, troubles: 0 };
}

/** Nothing was refused yet, and nothing sent again. */
export const FIRST_SUBMISSION: Submission = { refusals: 0, resubmissions: 0 };

export function carriedSubmission(state: StateOf<'submit' | 'settle'>): Checked & Submission {
  const { refusals, settlingSince, resubmissions } = state;
  return {
    ...carried(state),
    refusals,
    resubmissions,
    ...(settlingSince === undefined ? {} : { settlingSince }),
  };
}

export function carriedSubmitted(state: SubmittedState): Submitted {
  return { ...carried(state), upstreamId: state.upstreamId, polls: state.polls };
}

/** The state in which nothing but the ending is left. */
export function finishing(state: State, ending: Ending): StateOf<'finish'> {
  const cleansUp = 'upstreamId' in state && state.facts.cleanUp;
  return {
    phase: 'finish',
    jobId: state.jobId,
    waits: 0,
    troubles: 0,
    ending,
    ...(cleansUp ? { cleanUp: state.upstreamId } : {}),
  };
}

export function publishing(state: State & { cleanUp?: string }): StateOf<'publish'> {
  const { jobId, cleanUp } = state;
  return {
    phase: 'publish',
    jobId,
    waits: 0,
    troubles: 0,
    ...(cleanUp === undefined ? {} : { cleanUp }),
  };
}
