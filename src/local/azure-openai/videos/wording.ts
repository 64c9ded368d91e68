import { isEnded, type Progress } from './progress.ts';
import type { StoredVideo } from './stored-video.ts';

/**
 * The status as the plan has it spelled.
 * @param named the API's word for it.
 */
export function statusText(
  { plan }: StoredVideo,
  progress: Progress,
  named: string = progress.status,
): string {
  const text = progress.status === 'other' ? progress.text : named;
  return inCase(isEnded(progress) ? (plan.statusText ?? text) : text, plan.statusCase);
}

function inCase(text: string, wanted: 'capitalized' | 'upper' | undefined): string {
  if (wanted === undefined) return text;
  if (wanted === 'upper') return text.toUpperCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function unixSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** A resource in which some fields read null. */
export function withNulls<T extends object>(resource: T, fields: readonly string[]): T {
  return { ...resource, ...Object.fromEntries(fields.map((field) => [field, null])) };
}
