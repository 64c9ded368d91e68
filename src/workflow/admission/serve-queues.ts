import type { ServicesWithEngine } from '../services.ts';
import { serve } from './serve.ts';

/**
 * Serves every queue, as whoever gives a place back does: a waiter whose wake was lost in a crash
 * goes on within a minute or two. It costs a few operations for each deployment that has a desk,
 * however many wait there.
 */
export async function serveQueues(services: ServicesWithEngine): Promise<void> {
  for await (const deployment of services.admission.desks()) {
    const limits = services.deployments.named(deployment)?.limits;
    if (limits) await servedOrNoted(services, { deployment, limits });
  }
}

async function servedOrNoted(
  services: ServicesWithEngine,
  queue: Parameters<typeof serve>[1],
): Promise<void> {
  try {
    await serve(services, queue);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    services.journal.write({ event: 'queue-late', deployment: queue.deployment, reason });
  }
}
