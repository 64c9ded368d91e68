import type { Desk, Versioned } from '../ports.ts';
import type { ServicesWithEngine } from '../services.ts';
import { serve, type Service } from './serve.ts';

/**
 * Serves every queue, as whoever gives a place back does: a waiter whose wake was lost in a crash
 * goes on within a minute or two. It costs one operation, and one more for each deployment where
 * somebody waits, however many.
 *
 * @param thorough looks at queues, too, of which the desk says that nobody waits.
 */
export async function serveQueues(
  services: ServicesWithEngine,
  { thorough = false } = {},
): Promise<void> {
  for await (const { deployment, ...desk } of services.admission.desks()) {
    const limits = services.deployments.named(deployment)?.limits;
    if (!limits) continue;
    const service = { deployment, limits };
    await servedOrNoted(services, thorough ? { ...service, thorough } : service, desk);
  }
}

async function servedOrNoted(
  services: ServicesWithEngine,
  service: Service,
  desk: Versioned<Desk>,
): Promise<void> {
  try {
    await serve(services, service, desk);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    services.journal.write({ event: 'queue-late', deployment: service.deployment, reason });
  }
}
