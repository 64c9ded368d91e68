/** What a user sees of a job. The last four are terminal and never change (design, section 2). */
export const STATUSES = [
  'queued',
  'running',
  'action-required',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
] as const;
export type Status = (typeof STATUSES)[number];

export const TERMINAL_STATUSES = ['succeeded', 'failed', 'cancelled', 'expired'] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** What a job is doing right now, finer than its status. */
export const PHASES = [
  'checking',
  'admitting',
  'submitting',
  'polling',
  'collecting',
  'publishing',
] as const;
export type Phase = (typeof PHASES)[number];

/** The choices that a job in `action-required` offers, and those of an ended batch. */
export const ACTIONS = ['resubmit', 'abandon', 'retry-rows'] as const;
export type Action = (typeof ACTIONS)[number];

/** Those that an ended job can offer. */
export const ACTIONS_AFTER_END: readonly Action[] = ['retry-rows'];

export function isTerminal(status: Status): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly Status[]).includes(status);
}
