import { jobError } from '../jobs/errors.ts';
import {
  carried,
  carriedSubmission,
  carriedSubmitted,
  finishing,
  FIRST_SUBMISSION,
  type CheckedState,
  type Ending,
  type PhaseName,
  type State,
} from './state.ts';

/**
 * A deadline runs in every status. Work that may be running upstream is stopped first; an intent
 * that may be under way is looked at first; what upstream has finished is brought home however
 * late it is.
 */
export function heedDeadline(state: State, now: number): State {
  if (!('facts' in state)) return state;
  const bounded = waitingNoLongerThan(state, state.facts.deadline);
  return now < state.facts.deadline ? bounded : overdue(bounded, now);
}

function waitingNoLongerThan(state: CheckedState, deadline: number): CheckedState {
  if (!heeds(state) || state.waitUntil === undefined) return state;
  return { ...state, waitUntil: Math.min(state.waitUntil, deadline) };
}

/** The other phases end by themselves, late rather than with something left undone. */
const HEEDING: ReadonlySet<PhaseName> = new Set(['admit', 'prepare', 'submit', 'hold']);

function heeds(state: CheckedState): boolean {
  if (state.phase === 'poll') return state.stopping === undefined;
  return HEEDING.has(state.phase);
}

function overdue(state: CheckedState, now: number): State {
  if (!heeds(state)) return state;
  switch (state.phase) {
    case 'admit':
    case 'prepare':
      return finishing(state, deadlinePassed());
    case 'submit':
      return state.troubles > 0
        ? { ...carriedSubmission(state), phase: 'settle', wokenAt: now }
        : finishing(state, deadlinePassed());
    case 'hold':
      return { ...carried(state), ...FIRST_SUBMISSION, phase: 'settle', wokenAt: now };
    case 'poll':
      return { ...carriedSubmitted(state), phase: 'cancel', stopping: 'deadline' };
    case 'settle':
    case 'find':
    case 'cancel':
    case 'collect':
      return state;
  }
}

export function deadlinePassed(warning?: string): Ending {
  return {
    status: 'expired',
    error: jobError(
      'deadline',
      'The deadline passed before the work was done. Send the job again with a later "options.deadline" if it is still wanted.',
    ),
    ...(warning ? { warning } : {}),
  };
}
