import { textField } from '../../json-fields.ts';
import type { BatchObject } from './batch-object.ts';

/** Under these keys a batch names the part, and the intent, that it was created for. */
export const JOB_KEY = 'longhaul_job';
export const ATTEMPT_KEY = 'longhaul_attempt';

export function ownMetadata(partId: string, attempt: string): Record<string, string> {
  return { [JOB_KEY]: partId, [ATTEMPT_KEY]: attempt };
}

/** @returns the part that the batch was created for; undefined when it is not Longhaul's. */
export function partOf({ metadata }: BatchObject): string | undefined {
  return textField(metadata, JOB_KEY);
}

export function attemptOf({ metadata }: BatchObject): string | undefined {
  return textField(metadata, ATTEMPT_KEY);
}
