import type { EventProperties, JobEvent } from '../../jobs/events.ts';

export interface EventPublisher {
  /** Costs nothing while a connection is there. @throws when events cannot be sent now. */
  reach(): Promise<void>;
  /** Sends events in order; the event's id becomes the MessageId. Sending again is harmless. */
  publish(events: readonly { event: JobEvent; properties: EventProperties }[]): Promise<void>;
}
