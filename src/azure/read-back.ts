import { acceptOrReject } from '../workflow/intake.ts';
import { storageQueueDelivery } from './deliveries.ts';
import type { InvocationServices } from './services-for.ts';

/**
 * Brings back what the queues have given up: what could not be accepted then may be now. Each
 * message is taken out of its dead-letter or poison queue only after it went on.
 */
export async function readBack(services: InvocationServices): Promise<void> {
  const { names } = services.settings;
  // Together, because each waits for a while to be sure that its dead-letter queue is empty.
  await Promise.all(
    [names.jobsQueue, names.blobDropsQueue].map((queue) => services.returnDeadLetters(queue)),
  );
  for await (const message of services.poisonMessages()) {
    const { id, text } = message;
    const delivery = storageQueueDelivery(`${names.storageJobsQueue}-poison`, text, { id });
    await acceptOrReject(services, delivery);
    await message.done();
  }
}
