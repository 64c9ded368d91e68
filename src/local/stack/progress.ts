import type { ProgramName } from './programs.ts';

/** What happens to a stack. */
export type Progress =
  | { type: 'ready' | 'recovered'; program: ProgramName }
  | { type: 'died'; program: ProgramName; how: string };
