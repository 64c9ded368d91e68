import type { OpenTime } from './videos-table.ts';

/** How many jobs of a deployment were open at once. */
export interface Concurrency {
  deployment: string;
  /** Jobs created so far. */
  jobs: number;
  /** Open at this moment. */
  running: number;
  /** The most that were ever open at one moment. */
  maximum: number;
}

/**
 * Counts from the book, by deployment.
 * @param now milliseconds since the Unix epoch.
 */
export function concurrencyAt(times: readonly OpenTime[], now: number): Concurrency[] {
  const byDeployment = Map.groupBy(times, ({ deployment }) => deployment);
  return [...byDeployment].map(([deployment, own]) => ({
    deployment,
    jobs: own.length,
    running: own.filter(({ until }) => until === null || until > now).length,
    maximum: mostAtOnce(own, now),
  }));
}

/** A job that ends at the moment in which another begins makes room for it. */
function mostAtOnce(times: readonly OpenTime[], now: number): number {
  const changes = times
    .flatMap(({ from, until }) => [
      { at: from, by: 1 },
      { at: until ?? Infinity, by: -1 },
    ])
    .filter(({ at }) => at <= now)
    .toSorted((one, other) => one.at - other.at || one.by - other.by);
  let open = 0;
  return changes.reduce((most, { by }) => {
    open += by;
    return Math.max(most, open);
  }, 0);
}
