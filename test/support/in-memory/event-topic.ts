import type { EventProperties, JobEvent } from '../../../src/jobs/events.ts';
import type { EventPublisher } from '../../../src/workflow/ports.ts';
import type { Around } from './around.ts';

/** A message of the topic; its id is the event's. */
export interface SentEvent {
  id: string;
  body: string;
  properties: EventProperties;
}

/** The topic `job-events` in memory; it keeps repeats, so that tests can look at them. */
export class MemoryEventPublisher implements EventPublisher {
  readonly #sent: SentEvent[];
  readonly #around: Around;

  constructor(sent: SentEvent[], around: Around) {
    this.#sent = sent;
    this.#around = around;
  }

  async reach(): Promise<void> {
    await this.#around('publisher.reach', () => undefined);
  }

  async publish(
    events: readonly { event: JobEvent; properties: EventProperties }[],
  ): Promise<void> {
    for (const { event, properties } of events) {
      const message = { id: event.id, body: JSON.stringify(event), properties };
      await this.#around('publisher.send', () => this.#sent.push(message));
    }
  }
}
