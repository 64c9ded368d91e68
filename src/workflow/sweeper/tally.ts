/** What a sweep found: how many things it looked at, mended, and could not mend for now. */
export interface Tally {
  seen: number;
  mended: number;
  failed: number;
}

export const NO_TALLY: Tally = { seen: 0, mended: 0, failed: 0 };

/** What became of one thing. */
export type Finding = 'fine' | 'mended' | 'failed';

export function addTallies(one: Tally, other: Tally): Tally {
  return {
    seen: one.seen + other.seen,
    mended: one.mended + other.mended,
    failed: one.failed + other.failed,
  };
}

/** Looks at one after the other, so that a sweep is never a burst; trouble with one is counted. */
export async function tallied<T>(
  things: readonly T[],
  look: (thing: T) => Promise<Finding>,
): Promise<Tally> {
  const findings: Finding[] = [];
  for (const thing of things) {
    findings.push(await look(thing).catch((): Finding => 'failed'));
  }
  const count = (wanted: Finding) => findings.filter((finding) => finding === wanted).length;
  return { seen: findings.length, mended: count('mended'), failed: count('failed') };
}
