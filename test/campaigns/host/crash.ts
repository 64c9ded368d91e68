import { copyFileSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs';

/** Layout of a write-ahead log: https://www.sqlite.org/fileformat2.html#walformat */
const HEADER = 32;
const FRAME_HEADER = 24;
const PAGE_SIZE_AT = 8;
const COMMIT_AT = 4;

const log = (statePath: string): string => `${statePath}-wal`;

/** How long the write-ahead log of a state is, in bytes. */
export function logSize(statePath: string): number {
  return existsSync(log(statePath)) ? statSync(log(statePath)).size : 0;
}

/** Where in the write-ahead log transactions end: lengths in bytes, ascending. */
export function commits(statePath: string): number[] {
  const bytes = readFileSync(log(statePath));
  const frame = FRAME_HEADER + bytes.readUInt32BE(PAGE_SIZE_AT);
  const ends: number[] = [];
  for (let at = HEADER; at + frame <= bytes.length; at += frame)
    if (bytes.readUInt32BE(at + COMMIT_AT) > 0) ends.push(at + frame);
  return ends;
}

/**
 * Copies a state as a process leaves it that dies when so much of its log has been written. Anything
 * between two commits is a transaction that was cut off.
 * @param length of the write-ahead log in bytes.
 */
export function crashState(statePath: string, length: number, to: string): void {
  copyFileSync(statePath, to);
  copyFileSync(log(statePath), log(to));
  truncateSync(log(to), length);
}
