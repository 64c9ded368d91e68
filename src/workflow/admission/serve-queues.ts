import type { ServicesWithEngine } from '../services.ts';
import { serve, type Service } from './serve.ts';

/**
 * Serves every queue, as whoever gives a place back does: a waiter whose wake was lost in a crash
 * goes on within a minute or two. It costs a few operations for each deployment that has a desk,
 * however many wait there.
 *
 * @param thorough looks at queues, too, of which the desk says that nobody waits.
 */
export async function serveQueues(
  services: ServicesWithEngine,
  { thorough = false } = {},
): Promise<void> {
  for await (const deployment of services.admission.desks()) {
    const limits = services.deployments.named(deployment)?.limits;
    if (!limits) continue;
    const service = { deployment, limits };
    await servedOrNoted(services, thorough ? { ...service, thorough } : service);
  }
}

async function servedOrNoted(services: ServicesWithEngine, service: Service): Promise<void> {
  try {
    await serve(services, service);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    services.journal.write({ event: 'queue-late', deployment: service.deployment, reason });
  }
}
