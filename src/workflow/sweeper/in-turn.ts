/**
 * Those whose turn it is: a few each run, all of them over as many runs as that takes.
 *
 * @param most how many at once.
 * @param run the number of the run, growing by one.
 */
export function inTurn<T>(all: readonly T[], most: number, run: number): T[] {
  if (all.length <= most) return [...all];
  const start = (run * most) % all.length;
  return [...all, ...all].slice(start, start + most);
}
