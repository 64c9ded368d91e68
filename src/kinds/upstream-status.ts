/**
 * One spelling for the states that upstream spells in many: `Completed`, `in-progress`,
 * `InProgress`, `canceled`. Unknown words come back in the same form, for the kind to judge.
 *
 * @returns lower case with `_` between words; undefined when the state is missing or no text.
 */
export function normalStatus(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const words = value
    .trim()
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '_')
    .replace(/^cancel(l?)(ed|ing)$/, 'cancell$2');
  return words === '' ? undefined : words;
}
