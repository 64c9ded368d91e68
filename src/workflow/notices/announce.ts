import { LonghaulError } from '../../jobs/errors.ts';
import type { JobEvent } from '../../jobs/events.ts';
import type { Services } from '../services.ts';

type AnnouncingServices = Pick<Services, 'announcements' | 'publisher' | 'journal'>;

/**
 * Announces an event that is no job's, once: it is stored before it is sent, and what is sent is
 * what was stored first.
 *
 * @returns `repeat` when it had been announced before.
 * @throws LonghaulError `events-unavailable` or `storage-unavailable`; asking again is harmless.
 */
export async function announce(
  services: AnnouncingServices,
  event: JobEvent,
): Promise<'announced' | 'repeat'> {
  const stored = await services.announcements.putOnce(event);
  if (stored.published) return 'repeat';
  try {
    await send(services, stored.event);
  } catch (cause) {
    if (cause instanceof LonghaulError) throw cause;
    throw unavailable(event, cause);
  }
  return 'announced';
}

function unavailable({ id }: JobEvent, cause: unknown): LonghaulError {
  const error = new LonghaulError(
    'events-unavailable',
    `The event ${id} is stored and will be sent; it cannot be now. Send the same again to try at once.`,
  );
  error.cause = cause;
  return error;
}

/**
 * Sends what was stored and perhaps never sent. One event's trouble does not keep the others
 * waiting.
 */
export async function sendAnnouncements(services: AnnouncingServices): Promise<void> {
  for await (const event of services.announcements.unpublished()) {
    try {
      await send(services, event);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      services.journal.write({ event: 'announcement-late', eventId: event.id, reason });
    }
  }
}

async function send(services: AnnouncingServices, event: JobEvent): Promise<void> {
  const { announcements, publisher, journal } = services;
  await publisher.publish([{ event, properties: { type: event.type, labels: {} } }]);
  await announcements.markPublished(event);
  const { id: eventId, type, subject } = event;
  journal.write({ event: 'announced', eventId, type, subject });
}
