import { isObject } from '../../jobs/json.ts';
import { plainText } from './plain-text.ts';

/** A notice about more is about everything. */
const MOST = 100;
const LONGEST_NAME = 100;

export interface Impact {
  services: string[];
  regions: string[];
}

/**
 * Reads `impactedServices`: JSON in a string or the list itself. What cannot be read of it is left
 * out, since a notice is worth telling without it.
 */
export function impactOf(impactedServices: unknown): Impact {
  const entries = listIn(impactedServices).filter(isObject);
  return {
    services: names(entries.map(({ ServiceName }) => ServiceName)),
    regions: names(
      entries
        .flatMap(({ ImpactedRegions }) => listIn(ImpactedRegions))
        .filter(isObject)
        .map(({ RegionName }) => RegionName),
    ),
  };
}

/** Names of services or regions without markup, each once. */
export function names(values: readonly unknown[]): string[] {
  const texts = values
    .slice(0, MOST)
    .filter((value) => typeof value === 'string')
    .map((value) => plainText(value, LONGEST_NAME));
  return [...new Set(texts)].filter((text) => text !== '');
}

function listIn(value: unknown): unknown[] {
  if (typeof value !== 'string') return Array.isArray(value) ? value : [];
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
