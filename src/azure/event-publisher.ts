import type { ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import type { EventProperties, JobEvent } from '../jobs/events.ts';
import type { EventPublisher } from '../workflow/ports.ts';
import type { ServiceBusConnector } from './service-bus-client.ts';

/** CloudEvents in structured mode (https://github.com/cloudevents/spec, bindings/amqp-protocol-binding.md). */
const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** Milliseconds for one try of two: long enough to connect, short enough for the caller's own retry. */
const SEND_LIMIT = 7_000;

/** Publishes the events of jobs to a topic. */
export class ServiceBusEventPublisher implements EventPublisher {
  readonly #serviceBus: ServiceBusConnector;
  readonly #topic: string;
  readonly #limit: number;

  /** @param limit milliseconds after which one try to send an event is given up; there are two. */
  constructor(serviceBus: ServiceBusConnector, topic: string, limit = SEND_LIMIT) {
    this.#serviceBus = serviceBus;
    this.#topic = topic;
    this.#limit = limit;
  }

  /** The size of a batch is asked of the link, which is opened for that if it is not open. */
  async reach(): Promise<void> {
    await this.#tried(
      (sender, abortSignal) => sender.createMessageBatch({ abortSignal }),
      `The topic ${this.#topic} cannot be reached; try again later.`,
    );
  }

  async publish(
    events: readonly { event: JobEvent; properties: EventProperties }[],
  ): Promise<void> {
    for (const { event, properties } of events) {
      const message = messageOf(event, properties);
      await this.#tried(
        (sender, abortSignal) => sender.sendMessages(message, { abortSignal }),
        `The event ${event.id} could not be sent to the topic ${this.#topic}; send it again later.`,
      );
    }
  }

  async #tried(
    operation: (sender: ServiceBusSender, abortSignal: AbortSignal) => Promise<unknown>,
    problem: string,
  ): Promise<void> {
    const attempt = () =>
      this.#serviceBus.run(
        (abortSignal) => operation(this.#serviceBus.sender(this.#topic), abortSignal),
        this.#limit,
      );
    try {
      // A connection that was lost unnoticed fails once; the second try makes a new one.
      await attempt().catch(attempt);
    } catch (cause) {
      throw new Error(problem, { cause });
    }
  }
}

/**
 * What a subscription's filter can look at: the subject is the event's type, the correlation id the
 * job's, and the application properties repeat type, kind, status and, as `label_{key}`, the labels.
 */
function messageOf(event: JobEvent, properties: EventProperties): ServiceBusMessage {
  return {
    messageId: event.id,
    subject: event.type,
    correlationId: event.subject,
    contentType: CONTENT_TYPE,
    // Bytes, so that the SDK does not encode them again and a repeat is identical.
    body: Buffer.from(JSON.stringify(event)),
    applicationProperties: applicationProperties(properties),
  };
}

function applicationProperties({ type, kind, status, labels }: EventProperties) {
  return {
    type,
    ...(kind === undefined ? {} : { kind }),
    ...(status === undefined ? {} : { status }),
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`label_${key}`, value])),
  };
}
