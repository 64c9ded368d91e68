const BETWEEN_LOOKS = 50;

/**
 * Looks again and again until there is something to see.
 *
 * @param options `timeout` in milliseconds; `what` tells what was last seen when it runs out.
 * @throws Error after the timeout.
 */
export async function until<Seen>(
  look: () => Promise<Seen | undefined> | Seen | undefined,
  options: { timeout?: number; what?: () => Promise<string> | string } = {},
): Promise<Seen> {
  const { timeout = 30_000, what = () => 'what was waited for' } = options;
  const end = performance.now() + timeout;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) {
      throw new Error(`After ${timeout} ms it had not come: ${await what()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
  }
}
