import { decode, type AmqpMessage, type Submission } from './amqp-message.ts';
import type { CorrelationConditions } from './configuration.ts';
import type { DuplicateDetection } from './duplicate-detection.ts';
import { passes } from './filters.ts';
import { arrivalOf, type Destination, type QueueEntity } from './queue-entity.ts';

export interface Subscription {
  entity: QueueEntity;
  conditions: CorrelationConditions | undefined;
}

/**
 * Hands each message to the subscriptions whose filter it passes; one that passes none is gone, as in
 * Azure. Scheduled messages wait in a backlog of the topic, where they can be cancelled.
 */
export class Topic implements Destination {
  readonly address: string;
  readonly #backlog: QueueEntity;
  readonly #subscriptions: readonly Subscription[];
  readonly #duplicates: DuplicateDetection;
  readonly #timeToLiveMilliseconds: number;

  /** @param timeToLiveMilliseconds the longest that a message may live; Infinity for no limit. */
  constructor(
    backlog: QueueEntity,
    subscriptions: readonly Subscription[],
    duplicates: DuplicateDetection,
    timeToLiveMilliseconds: number,
  ) {
    this.address = backlog.address;
    this.#backlog = backlog;
    this.#subscriptions = subscriptions;
    this.#duplicates = duplicates;
    this.#timeToLiveMilliseconds = timeToLiveMilliseconds;
  }

  accept({ message, messageId, content }: Submission, now: number): number {
    if (!this.#duplicates.accept(messageId, now)) return 0;
    const arrival = arrivalOf(message);
    if ((arrival.scheduledFor ?? now) > now) {
      return this.#backlog.enqueue(content, arrival, now).sequenceNumber;
    }
    this.#handOut(message, content, now);
    return 0;
  }

  cancelScheduled(sequenceNumber: number, now: number): boolean {
    const message = this.#backlog.queue.scheduled(sequenceNumber, now);
    if (message !== undefined) this.#backlog.queue.complete(message);
    return message !== undefined;
  }

  /** Hands on every message that is due. */
  forward(now: number): void {
    const { queue } = this.#backlog;
    for (let due = queue.next(now); due !== undefined; due = queue.next(now)) {
      const content = this.#backlog.content(due);
      this.#handOut(decode(content), content, now);
      queue.complete(due);
    }
  }

  nextDeadline(): number {
    return this.#backlog.queue.nextDeadline();
  }

  #handOut(message: AmqpMessage, content: Buffer, now: number): void {
    const arrival = arrivalOf(message);
    const timeToLive = Math.min(arrival.timeToLive, this.#timeToLiveMilliseconds);
    for (const { entity, conditions } of this.#subscriptions) {
      if (passes(message, conditions)) entity.enqueue(content, { ...arrival, timeToLive }, now);
    }
  }
}
