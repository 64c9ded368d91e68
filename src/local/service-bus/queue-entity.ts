import {
  forReceiver,
  scheduledEnqueueTime,
  withProperties,
  type AmqpMessage,
  type Submission,
} from './amqp-message.ts';
import type { QueueConfiguration, SubscriptionConfiguration } from './configuration.ts';
import type { DuplicateDetection } from './duplicate-detection.ts';
import type { Arrival, DeadLetterCause, Message } from './message.ts';
import type { EntityStore, MessageStore } from './message-store.ts';
import { Queue, type DeadLetter, type QueueOptions } from './queue.ts';

/** What messages can be sent to: a queue or a topic. */
export interface Destination {
  readonly address: string;
  /**
   * Accepts a message, or drops it as a duplicate.
   * @param now milliseconds since the epoch.
   * @returns its sequence number here, or 0 when it is not here: dropped, or handed on at once.
   */
  accept(submission: Submission, now: number): number;
  /** Gives up a scheduled message. @returns false when there is none of that sequence number. */
  cancelScheduled(sequenceNumber: number, now: number): boolean;
}

/** A queue under its address, with the contents of its messages: a queue proper, the queue behind a
 * subscription, or the dead-letter queue of either. */
export class QueueEntity {
  readonly address: string;
  readonly queue: Queue;
  readonly #deadLetterSource: string | undefined;
  readonly #store: MessageStore;

  constructor(
    address: string,
    options: QueueOptions,
    store: MessageStore,
    entityStore: EntityStore,
    links: { deadLetterQueue?: QueueEntity; deadLetterSource?: string } = {},
  ) {
    this.address = address;
    this.#store = store;
    this.#deadLetterSource = links.deadLetterSource;
    this.queue = new Queue(
      options,
      entityStore.messages,
      links.deadLetterQueue && deadLetterTo(links.deadLetterQueue, store),
    );
  }

  /** Adds a message with its content, without asking whether it is a duplicate. */
  enqueue(content: Buffer, arrival: Omit<Arrival, 'id'>, now: number): Message {
    return this.queue.enqueue({ ...arrival, id: this.#store.keepContent(content) }, now);
  }

  content(message: Message): Buffer {
    return this.#store.content(message.id);
  }

  /** A message of this queue as a receiver gets it. */
  forReceiver(message: Message): AmqpMessage {
    return forReceiver(this.content(message), message, this.#deadLetterSource);
  }

  /** Adds application properties to a message, as abandoning and deferring may. */
  amend(message: Message, properties: Record<string, unknown>): void {
    if (Object.keys(properties).length === 0) return;
    this.#store.replaceContent(message.id, withProperties(this.content(message), properties));
  }
}

/** A queue that can be sent to. */
export class QueueDestination implements Destination {
  readonly address: string;
  readonly #entity: QueueEntity;
  readonly #duplicates: DuplicateDetection;

  constructor(entity: QueueEntity, duplicates: DuplicateDetection) {
    this.address = entity.address;
    this.#entity = entity;
    this.#duplicates = duplicates;
  }

  accept({ message, messageId, content }: Submission, now: number): number {
    if (!this.#duplicates.accept(messageId, now)) return 0;
    return this.#entity.enqueue(content, arrivalOf(message), now).sequenceNumber;
  }

  cancelScheduled(sequenceNumber: number, now: number): boolean {
    const message = this.#entity.queue.scheduled(sequenceNumber, now);
    if (message !== undefined) this.#entity.queue.complete(message);
    return message !== undefined;
  }
}

/** What the sender asked of the broker. */
export function arrivalOf(message: AmqpMessage): Omit<Arrival, 'id'> {
  return {
    timeToLive: message.ttl ?? Infinity,
    scheduledFor: scheduledEnqueueTime(message),
  };
}

export function queueOptions(
  configuration: QueueConfiguration | SubscriptionConfiguration,
): QueueOptions {
  return {
    lockDurationMilliseconds: configuration.lockDurationSeconds * 1000,
    maxDeliveryCount: configuration.maxDeliveryCount,
    defaultTimeToLiveMilliseconds: (configuration.defaultTimeToLiveSeconds ?? Infinity) * 1000,
    deadLetteringOnExpiration: configuration.deadLetteringOnExpiration,
  };
}

/** Messages stay in a dead-letter queue until somebody takes them: no expiry, no delivery limit. */
export function deadLetterQueueOptions(options: QueueOptions): QueueOptions {
  return {
    ...options,
    maxDeliveryCount: Infinity,
    defaultTimeToLiveMilliseconds: Infinity,
    deadLetteringOnExpiration: false,
  };
}

function deadLetterTo(target: QueueEntity, store: MessageStore): DeadLetter {
  return (message, cause, now) => {
    const content = withProperties(store.content(message.id), deadLetterProperties(cause));
    const { deliveryCount } = message;
    target.enqueue(content, { timeToLive: Infinity, deliveryCount }, now);
  };
}

function deadLetterProperties(cause: DeadLetterCause): Record<string, unknown> {
  return {
    ...cause.properties,
    ...(cause.reason !== undefined && { DeadLetterReason: cause.reason }),
    ...(cause.description !== undefined && { DeadLetterErrorDescription: cause.description }),
  };
}
