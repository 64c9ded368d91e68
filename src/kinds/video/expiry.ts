/** Milliseconds for which upstream keeps a video after its job was created. */
const KEPT = 24 * 3_600_000;

/**
 * When the outputs vanish (design, rule 3): 24 hours after the creation or at `expires_at`, which
 * is null at first and counts from the completion; the documentation gives both, so the earlier.
 *
 * @param createdAt ISO 8601, like `expiresAt` and the result.
 */
export function expiryOf(
  createdAt: string | undefined,
  expiresAt: string | undefined,
): string | undefined {
  const times = [
    ...(createdAt === undefined ? [] : [Date.parse(createdAt) + KEPT]),
    ...(expiresAt === undefined ? [] : [Date.parse(expiresAt)]),
  ];
  return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
}
