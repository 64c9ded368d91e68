import type { JobError } from '../jobs/errors.ts';
import type { TerminalStatus } from '../jobs/status.ts';
import type { UpstreamResult } from '../kinds/kind.ts';
import type { Expiry } from './expiry.ts';
import type { JobFacts, UpstreamCopies } from './steps.ts';

/** Why work that still runs upstream is being stopped. */
export type StopReason = 'cancel' | 'deadline';

/** How a job is to end. */
export interface Ending {
  status: TerminalStatus;
  error?: JobError;
  warning?: string;
  /** The work may still run upstream. */
  mayRun?: true;
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
  /** What was got ready for the newest create. */
  reference?: string;
  /** How often upstream accepted the work and then refused to begin it: the next wait is longer. */
  turnedAway?: number;
}

interface Submitted extends Checked {
  upstreamId: string;
  polls: number;
  /** Known where outputs vanish upstream. */
  expiry?: Expiry;
  /** Outputs are at risk, which is to be told before going on. */
  telling?: true;
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

/** What is known of the time in which an intent may still be answered. */
interface Settling {
  /** The end of the settle window, once it is known. */
  settleUntil?: number;
  /** When the intent is looked at: after the window, what is not known then will not come. */
  wokenAt: number;
}

/**
 * Where a job's orchestration stands: everything that it carries from turn to turn and from
 * generation to generation. `phase` names the activity that comes next.
 */
export type State =
  | (Base & { phase: 'check' })
  | (Checked & Submission & { phase: 'admit' })
  | (Checked & Submission & { phase: 'prepare' })
  | (Checked & Submission & { phase: 'submit' })
  | (Checked & Submission & Settling & { phase: 'settle' })
  | (Checked & Submission & Settling & { phase: 'find' })
  | (Checked & { phase: 'hold'; error?: JobError })
  | (Submitted & { phase: 'poll'; stopping?: StopReason; timesGone: number; unreadable?: true })
  | (Submitted & { phase: 'cancel'; stopping: StopReason })
  | (Submitted & {
      phase: 'collect';
      result: UpstreamResult;
      since: number;
      stopping?: StopReason;
    })
  | (Base & { phase: 'finish'; ending: Ending; cleanUp?: UpstreamCopies })
  | (Base & { phase: 'publish'; cleanUp?: UpstreamCopies })
  | (Base & { phase: 'cleanUp'; cleanUp: UpstreamCopies })
  | (Base & { phase: 'done' });

export type PhaseName = State['phase'];
export type StateOf<Phase extends PhaseName> = Extract<State, { phase: Phase }>;

export type CheckedState = Extract<State, { facts: JobFacts }>;
export type SubmittedState = Extract<State, { upstreamId: string }>;
export type SubmittingState = Extract<State, Submission>;

/** What a state keeps when it moves on to another phase. */
export function carried({ jobId, facts, intent, reference, turnedAway }: Checked): Checked {
  return {
    jobId,
    facts,
    intent,
    waits: 0,
    troubles: 0,
    ...(reference === undefined ? {} : { reference }),
    ...(turnedAway === undefined ? {} : { turnedAway }),
  };
}

/** Nothing was refused yet, and nothing sent again. */
export const FIRST_SUBMISSION: Submission = { refusals: 0, resubmissions: 0 };

export function carriedSubmission(state: SubmittingState): Checked & Submission {
  const { refusals, settlingSince, resubmissions } = state;
  return {
    ...carried(state),
    refusals,
    resubmissions,
    ...(settlingSince === undefined ? {} : { settlingSince }),
  };
}

export function carriedSubmitted(state: SubmittedState): Submitted {
  const { upstreamId, polls, expiry } = state;
  return { ...carried(state), upstreamId, polls, ...(expiry ? { expiry } : {}) };
}

/** The state in which nothing but the ending is left. */
export function finishing(state: State, ending: Ending): StateOf<'finish'> {
  const cleanUp = copiesOf(state);
  return {
    phase: 'finish',
    jobId: state.jobId,
    waits: 0,
    troubles: 0,
    ending,
    ...(cleanUp ? { cleanUp } : {}),
  };
}

/** What is to be deleted upstream after the end. */
function copiesOf(state: State): UpstreamCopies | undefined {
  if (!('facts' in state) || !state.facts.cleanUp) return undefined;
  const copies = {
    ...('upstreamId' in state ? { upstreamId: state.upstreamId } : {}),
    ...(state.reference === undefined ? {} : { reference: state.reference }),
  };
  return Object.keys(copies).length > 0 ? copies : undefined;
}

export function publishing(state: State & { cleanUp?: UpstreamCopies }): StateOf<'publish'> {
  const { jobId, cleanUp } = state;
  return {
    phase: 'publish',
    jobId,
    waits: 0,
    troubles: 0,
    ...(cleanUp === undefined ? {} : { cleanUp }),
  };
}
