import { execFileSync } from 'node:child_process';

/** The resident set of a process; `ps` tells it in kilobytes on Linux and macOS. */
export function residentMegabytes(pid: number): number {
  return Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1_024);
}
