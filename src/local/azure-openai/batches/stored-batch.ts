import { randomBytes } from 'node:crypto';
import { sha256 } from '../hash.ts';
import type { Course } from './progress.ts';
import type { Failures, Looks } from './wishes.ts';

/** What is kept of a batch. Status, counts and results follow from it, its input and the time. */
export interface StoredBatch extends Course {
  id: string;
  endpoint: string;
  inputFileId: string;
  /** Hash of the input file. */
  inputSha256: string;
  deployment: string | null;
  /** What it takes of the enqueued tokens until it ends. */
  tokens: number;
  metadata: Record<string, string> | null;
  /** How long its files live; null: for ever. */
  outputSeconds: number | null;
  failures?: Failures;
  listsUnfinished: boolean;
  /** How it reads, where a fault wants it to read otherwise. */
  looks: Looks;
}

export type FileRole = 'output' | 'error';

export function newBatchId(): string {
  return `batch_${randomBytes(16).toString('hex')}`;
}

/** The same at every reading, so that it can be told before the file is written. */
export function fileIdOf(batchId: string, role: FileRole): string {
  return `file-${sha256(`${batchId} ${role}`).toString('hex').slice(0, 32)}`;
}

/** Where the order of its answers begins. */
export function orderShift(batchId: string): number {
  return sha256(`${batchId} order`).readUInt16BE(0);
}
