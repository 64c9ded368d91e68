import type { Notice } from './notice.ts';

/** A deployment that jobs may use, as far as it is known. */
export interface KnownDeployment {
  account: string | null;
  deployment: string;
  model: string;
  baseModel: string | null;
  version: string | null;
  region: string | null;
  retirementDate: string | null;
}

/**
 * The deployments that a notice is about: those whose model its text names, in its regions. An
 * incident that names no model of ours is about all that is deployed in its regions; an advisory
 * is not, since it tells of single models.
 */
export function affectedBy(
  { kind, text, regions }: Pick<Notice, 'kind' | 'text' | 'regions'>,
  known: readonly KnownDeployment[],
): KnownDeployment[] {
  const words = wordsOf(text);
  const mentioned = known.filter((deployment) => mentions(words, deployment));
  if (mentioned.length > 0) return mentioned.filter(({ region }) => mayBeIn(region, regions));
  if (kind === 'advisory') return [];
  return known.filter(({ region }) => region !== null && isIn(region, regions));
}

/** Lower-case words; those of models hold full stops and hyphens, as in `gpt-4.1-mini`. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+(?:[._-]+[a-z0-9]+)*/g) ?? [];
}

function mentions(
  words: readonly string[],
  { model, baseModel, version }: KnownDeployment,
): boolean {
  const names = [model, baseModel].map((name) => name?.toLowerCase());
  return words.some(
    (word, index) => names.includes(word) && isVersion(version, versionsAfter(words, index)),
  );
}

/** A text that names versions speaks of those alone. */
function isVersion(version: string | null, named: readonly string[]): boolean {
  return version === null || named.length === 0 || named.includes(version.toLowerCase());
}

/** As in "gpt-4o (versions 2024-05-13 and 2024-08-06)". */
function versionsAfter(words: readonly string[], index: number): string[] {
  if (!/^versions?$/.test(words[index + 1] ?? '')) return [];
  const following = words.slice(index + 2);
  const end = following.findIndex((word) => !/^(?:\d{4}(?:-\d\d-\d\d)?|and|or)$/.test(word));
  return following.slice(0, end < 0 ? following.length : end);
}

/** Where a region is not known, or the notice is about all of them, the text decides alone. */
function mayBeIn(region: string | null, regions: readonly string[]): boolean {
  const everywhere = regions.length === 0 || regions.some((name) => normal(name) === 'global');
  return region === null || everywhere || isIn(region, regions);
}

function isIn(region: string, regions: readonly string[]): boolean {
  return regions.some((name) => normal(name) === normal(region));
}

/** `Sweden Central` and `swedencentral` are the same region. */
function normal(region: string): string {
  return region.toLowerCase().replaceAll(/\s/g, '');
}
