import type { ParentInstance } from './history-events.ts';

export type RuntimeStatus =
  | 'Pending'
  | 'Running'
  | 'Suspended'
  | 'Completed'
  | 'Failed'
  | 'Terminated'
  | 'Canceled'
  | 'ContinuedAsNew';

/** An orchestration instance as its row has it. */
export interface Instance {
  instanceId: string;
  /** Changes with continueAsNew and when a finished id is used again. */
  executionId: string;
  /** Name of the orchestrator function. */
  name: string;
  version: string;
  status: RuntimeStatus;
  /** JSON text. */
  input: string | null;
  /** JSON text: the result, the failure or the reason of the termination. */
  output: string | null;
  /** JSON text. */
  customStatus: string | null;
  /** Milliseconds since the epoch. */
  created: number;
  /** Milliseconds since the epoch. */
  updated: number;
  parent: ParentInstance | null;
}

const TERMINAL: ReadonlySet<RuntimeStatus> = new Set([
  'Completed',
  'Failed',
  'Terminated',
  'Canceled',
]);

/** Whether an instance in this status has ended for good. */
export function isTerminal(status: RuntimeStatus): boolean {
  return TERMINAL.has(status);
}
