import { afterResult, afterTrouble, afterWait, begin, commandOf } from './machine.ts';
import type { State } from './state.ts';
import type { Step, StepResult } from './steps.ts';

/** The name under which the durable engine knows the orchestration, and the event that wakes it. */
export const RUN_JOB = 'runJob';
export const WAKE = 'wake';

/** What a new orchestration is given, and what each generation hands to the next. */
export type RunJobInput = { jobId: string } | { state: State };

/**
 * At most so many activities a generation: with their waits, under 200 history events and 45 KB of
 * trigger JSON (design, rule 5; eight events a poll were measured).
 */
const STEPS_PER_GENERATION = 20;

/** What the orchestration asks its engine to do. */
export type Effect =
  | { do: 'act'; step: Step }
  | { do: 'wait'; until: number }
  | { do: 'continue'; input: RunJobInput };

/** What the engine answers, with the orchestration's own time in milliseconds since the epoch. */
export type Answer =
  | { now: number; result: StepResult }
  | { now: number; failed: true }
  | { now: number; waited: true };

/**
 * Orchestrations keep the version under which they were started (`defaultVersion` in `host.json`).
 * Whoever changes the sequence of effects adds a version here and in `host.json`; the old one stays
 * as long as the longest deadline, 30 days.
 *
 * @param version what the engine says of the instance; one started without a version has the first.
 * @throws Error for a version that this build does not know.
 */
export function carrierOf(version: string | undefined): typeof carry {
  const carrier = CARRIERS.get(version || '1.0');
  if (carrier) return carrier;
  throw new Error(`Orchestration version ${version} is not known to this build of the app.`);
}

/**
 * Carries one job as far as a generation reaches. It knows no engine: whoever runs it carries out
 * the effects, and the same answers lead to the same effects.
 */
export function* carry(input: RunJobInput): Generator<Effect, void, Answer> {
  let state = 'state' in input ? input.state : begin(input.jobId);
  for (let steps = 0; ;) {
    const command = commandOf(state);
    if (command.do === 'end') return;
    if (command.do === 'act' && steps >= STEPS_PER_GENERATION) {
      yield { do: 'continue', input: { state } };
      return;
    }
    if (command.do === 'act') steps += 1;
    state = advanced(state, yield command);
  }
}

function advanced(state: State, answer: Answer): State {
  if ('result' in answer) return afterResult(state, answer.result, answer.now);
  if ('failed' in answer) return afterTrouble(state, answer.now);
  return afterWait(state, answer.now);
}

const CARRIERS: ReadonlyMap<string, typeof carry> = new Map([['1.0', carry]]);
