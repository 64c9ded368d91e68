/** One number with the conditions under which it was measured. */
export interface Result {
  name: string;
  value: number;
  unit: string;
  [condition: string]: string | number;
}

export interface Bench {
  name: string;
  run(): Promise<Result[]>;
}

/** How long something takes, in seconds. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** To three significant digits: more would only look exact. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
