import type { DurableOptions } from './options.ts';

type VersionOptions = Pick<
  DurableOptions,
  'defaultVersion' | 'versionMatchStrategy' | 'versionFailureStrategy'
>;

/** Whether this host may run an instance: now, never, or not this host. */
export type VersionDecision = { outcome: 'run' } | { outcome: 'leave' | 'fail'; reason: string };

/**
 * Decides whether an instance's version suits the host's `defaultVersion`. A host without a default
 * version compares nothing.
 * @see https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-orchestration-versioning
 */
export function decideVersion(options: VersionOptions, version: string): VersionDecision {
  const { defaultVersion, versionMatchStrategy, versionFailureStrategy } = options;
  if (versionMatchStrategy === 'None' || defaultVersion === '') return { outcome: 'run' };
  const order = compareVersions(version, defaultVersion);
  const matches = versionMatchStrategy === 'Strict' ? order === 0 : order <= 0;
  if (matches) return { outcome: 'run' };
  return {
    outcome: versionFailureStrategy === 'Fail' ? 'fail' : 'leave',
    reason:
      `The orchestration version '${version}' ${versionMatchStrategy === 'Strict' ? 'is not' : 'is newer than'} ` +
      `the host's defaultVersion '${defaultVersion}' (versionMatchStrategy ${versionMatchStrategy}).`,
  };
}

/**
 * Orders versions as the extension documents it: no version before any version, then as
 * `System.Version` where both parse as one, else as text regardless of case.
 * @returns below zero when `left` is older, above when it is newer.
 */
export function compareVersions(left: string, right: string): number {
  if (left === '' || right === '') return Number(left !== '') - Number(right !== '');
  const [leftParts, rightParts] = [systemVersion(left), systemVersion(right)];
  if (leftParts && rightParts) return compareParts(leftParts, rightParts);
  return compareText(left.toUpperCase(), right.toUpperCase());
}

/** `System.Version` has two to four numbers; those left out count as less than 0. */
function systemVersion(text: string): number[] | undefined {
  return /^\d+(\.\d+){1,3}$/.test(text) ? text.split('.').map(Number) : undefined;
}

function compareParts(left: number[], right: number[]): number {
  for (let index = 0; index < 4; index++) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** By code unit, as .NET's ordinal comparison. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
