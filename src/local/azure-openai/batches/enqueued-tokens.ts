import type { Services } from '../services.ts';

/** The quota of the default tier (contract sheet, 4.6): small models wait in longer queues. */
const SMALL_MODEL_TOKENS = 1_000_000_000;
const USUAL_TOKENS = 200_000_000;
const SMALL_MODEL = /-(?:mini|nano)$/;

/** The usual estimate of Azure for text that is mostly English, with some to spare. */
const BYTES_PER_TOKEN = 3;

export function estimatedTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** How many tokens of a deployment may wait: what was set, or the quota of its model. */
export function enqueuedTokenLimit({ limits, deployments }: Services, deployment: string): number {
  const { name } = deployments.modelOf(deployment);
  const quota = SMALL_MODEL.test(name) ? SMALL_MODEL_TOKENS : USUAL_TOKENS;
  return limits.of(deployment, 'enqueuedTokens') ?? quota;
}
