import type { ChildProcess } from 'node:child_process';

/** Whether a process has ended, however that was. */
export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
