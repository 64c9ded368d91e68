import { newLockToken, type LockToken } from './lock-token.ts';
import type { Arrival, DeadLetterCause, Message } from './message.ts';
import { PriorityQueue } from './priority-queue.ts';

export interface QueueOptions {
  lockDurationMilliseconds: number;
  /** Deliveries after which an unsettled message is dead-lettered; Infinity in a dead-letter queue. */
  maxDeliveryCount: number;
  /** The longest time to live, in milliseconds; Infinity for none. */
  defaultTimeToLiveMilliseconds: number;
  deadLetteringOnExpiration: boolean;
}

/** What the disk holds of a queue. */
export interface StoredMessages {
  lastSequenceNumber: number;
  /** In the order of their sequence numbers. */
  messages: readonly Message[];
  /** Those of them that were locked when the broker ended. */
  interrupted: readonly Message[];
}

/** Where every change of a message is written before anybody outside hears of it. */
export interface MessageJournal {
  insert(message: Message): void;
  update(message: Message): void;
  remove(message: Message): void;
}

/** Takes over a message that its queue gives up. */
export type DeadLetter = (message: Message, cause: DeadLetterCause, now: number) => void;

const EXPIRED: DeadLetterCause = {
  reason: 'TTLExpiredException',
  description: 'The message expired and was dead lettered.',
};

/**
 * The messages of a queue, a subscription or a dead-letter queue, and every rule about what may
 * happen to them. Knows neither AMQP nor the disk nor the clock: callers say what time it is, and
 * the journal hears of every change.
 *
 * A message is available, locked, deferred (locked or not) or scheduled. The rules are Azure's:
 * https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement and
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-dead-letter-queues.
 */
export class Queue {
  /** Every message; sequence numbers only grow, so the order of insertion is their order. */
  readonly #messages = new Map<number, Message>();
  readonly #available = new PriorityQueue<Message>();
  readonly #scheduled = new PriorityQueue<Message>();
  readonly #expiring = new PriorityQueue<Message>();
  readonly #lockExpiries = new PriorityQueue<Message>();
  readonly #locks = new Map<LockToken, Message>();
  readonly #options: QueueOptions;
  readonly #journal: MessageJournal;
  readonly #deadLetter: DeadLetter | undefined;
  #lastSequenceNumber = 0;

  /** @param deadLetter absent in a dead-letter queue, which has none of its own. */
  constructor(options: QueueOptions, journal: MessageJournal, deadLetter?: DeadLetter) {
    this.#options = options;
    this.#journal = journal;
    this.#deadLetter = deadLetter;
  }

  get size(): number {
    return this.#messages.size;
  }

  get hasAvailable(): boolean {
    return this.#available.size > 0;
  }

  get canDeadLetter(): boolean {
    return this.#deadLetter !== undefined;
  }

  /**
   * Takes over what was on disk. The locks of the broker that ended are gone; their deliveries
   * count, as they would in Azure when the locks expire.
   */
  recover(stored: StoredMessages, now: number): void {
    this.#lastSequenceNumber = stored.lastSequenceNumber;
    for (const message of stored.messages) {
      this.#messages.set(message.sequenceNumber, message);
      if (message.state === 'scheduled') this.#scheduled.set(message, message.enqueuedAt);
      if (message.state === 'active') this.#makeAvailable(message);
    }
    for (const message of stored.interrupted) this.abandon(message, now);
  }

  /** Adds a message, scheduled if it is due later. */
  enqueue(arrival: Arrival, now: number): Message {
    const { id, timeToLive, scheduledFor = now, deliveryCount = 0 } = arrival;
    const enqueuedAt = Math.max(now, scheduledFor);
    const message: Message = {
      id,
      sequenceNumber: ++this.#lastSequenceNumber,
      state: enqueuedAt > now ? 'scheduled' : 'active',
      enqueuedAt,
      expiresAt: enqueuedAt + Math.min(timeToLive, this.#options.defaultTimeToLiveMilliseconds),
      deliveryCount,
      lock: undefined,
    };
    this.#messages.set(message.sequenceNumber, message);
    if (message.state === 'scheduled') this.#scheduled.set(message, enqueuedAt);
    else this.#makeAvailable(message);
    this.#journal.insert(message);
    return message;
  }

  /** The message that would be received next, or undefined. */
  next(now: number): Message | undefined {
    this.advance(now);
    return this.#available.first()?.item;
  }

  /** Locks a message that is available or deferred. @returns the token of the lock. */
  lock(message: Message, now: number): LockToken {
    const token = newLockToken();
    this.#available.delete(message);
    this.#expiring.delete(message);
    this.#locks.set(token, message);
    this.#holdLock(message, token, now);
    this.#journal.update(message);
    return token;
  }

  /** The message that a token locks, or undefined when the lock has expired or never was. */
  locked(token: LockToken, now: number): Message | undefined {
    this.advance(now);
    return this.#locks.get(token);
  }

  /** Extends the lock of a locked message. @returns until when it holds. */
  renew(message: Message, now: number): number {
    return message.lock === undefined ? now : this.#holdLock(message, message.lock.token, now);
  }

  /** Removes a message for good: completed, received and deleted, or cancelled. */
  complete(message: Message): void {
    this.#unlock(message);
    this.#available.delete(message);
    this.#expiring.delete(message);
    this.#scheduled.delete(message);
    this.#messages.delete(message.sequenceNumber);
    this.#journal.remove(message);
  }

  /** Ends a delivery without success: available again, or dead-lettered after too many. */
  abandon(message: Message, now: number): void {
    message.deliveryCount += 1;
    if (message.deliveryCount < this.#options.maxDeliveryCount) {
      this.release(message);
      return;
    }
    this.deadLetter(
      message,
      {
        reason: 'MaxDeliveryCountExceeded',
        description: `Message could not be consumed after ${message.deliveryCount} delivery attempts.`,
      },
      now,
    );
  }

  /** Ends a delivery that does not count. A deferred message stays deferred. */
  release(message: Message): void {
    this.#unlock(message);
    if (message.state === 'active') this.#makeAvailable(message);
    this.#journal.update(message);
  }

  /** Puts a locked message aside: from now on it is received by its sequence number only. */
  defer(message: Message): void {
    this.#unlock(message);
    message.state = 'deferred';
    this.#journal.update(message);
  }

  deadLetter(message: Message, cause: DeadLetterCause, now: number): void {
    this.#deadLetter?.(message, cause, now);
    this.complete(message);
  }

  /** The deferred message of that sequence number, unless it is locked. */
  deferred(sequenceNumber: number, now: number): Message | undefined {
    this.advance(now);
    const message = this.#messages.get(sequenceNumber);
    return message?.state === 'deferred' && message.lock === undefined ? message : undefined;
  }

  /** The scheduled message of that sequence number. */
  scheduled(sequenceNumber: number, now: number): Message | undefined {
    this.advance(now);
    const message = this.#messages.get(sequenceNumber);
    return message?.state === 'scheduled' ? message : undefined;
  }

  /** Messages in any state from a sequence number on, locking none. */
  peek(fromSequenceNumber: number, count: number, now: number): Message[] {
    this.advance(now);
    const peeked: Message[] = [];
    for (const message of this.#messages.values()) {
      if (peeked.length >= count) break;
      if (message.sequenceNumber >= fromSequenceNumber) peeked.push(message);
    }
    return peeked;
  }

  /** When {@link advance} has something to do next: milliseconds since the epoch, or Infinity. */
  nextDeadline(): number {
    const deadlines = [this.#scheduled, this.#lockExpiries, this.#expiring];
    return Math.min(...deadlines.map((queue) => queue.first()?.rank ?? Infinity));
  }

  /** Does what time has brought: scheduled messages become active, locks and messages expire. */
  advance(now: number): void {
    for (const message of due(this.#scheduled, now)) this.#activate(message);
    for (const message of due(this.#lockExpiries, now)) this.abandon(message, now);
    for (const message of due(this.#expiring, now)) this.#expire(message, now);
  }

  #activate(message: Message): void {
    this.#scheduled.delete(message);
    this.#messages.delete(message.sequenceNumber);
    message.sequenceNumber = ++this.#lastSequenceNumber;
    message.state = 'active';
    this.#messages.set(message.sequenceNumber, message);
    this.#makeAvailable(message);
    this.#journal.update(message);
  }

  #expire(message: Message, now: number): void {
    if (this.#options.deadLetteringOnExpiration) this.deadLetter(message, EXPIRED, now);
    else this.complete(message);
  }

  #makeAvailable(message: Message): void {
    this.#available.set(message, message.sequenceNumber);
    if (message.expiresAt < Infinity) this.#expiring.set(message, message.expiresAt);
  }

  #holdLock(message: Message, token: LockToken, now: number): number {
    const until = now + this.#options.lockDurationMilliseconds;
    message.lock = { token, until };
    this.#lockExpiries.set(message, until);
    return until;
  }

  #unlock(message: Message): void {
    if (message.lock === undefined) return;
    this.#locks.delete(message.lock.token);
    this.#lockExpiries.delete(message);
    message.lock = undefined;
  }
}

/** Those at the head that are due. Whoever handles one must take it out or give it a later time. */
function* due(queue: PriorityQueue<Message>, now: number): Generator<Message> {
  for (let head = queue.first(); head !== undefined && head.rank <= now; head = queue.first()) {
    yield head.item;
  }
}
