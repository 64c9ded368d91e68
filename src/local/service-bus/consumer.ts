import type { Message as AmqpMessage, Sender } from 'rhea';
import { lockTokenToDeliveryTag } from './lock-token.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Message } from './message.ts';
import type { QueueEntity } from './queue-entity.ts';
import { asksForSettled, sendSettled } from './settled-link.ts';

/** What rhea's links have and its types leave out. */
type SenderLink = Sender & {
  readonly credit: number;
  readonly delivery_count: number;
  readonly session: { outgoing: { available(): number } };
};

/** A link through which somebody receives from a queue. */
export class Consumer {
  readonly entity: QueueEntity;
  readonly #link: SenderLink;
  readonly #deletes: boolean;
  readonly #commit: GroupCommit;
  /** Messages given to this link so far, in the sense of AMQP's delivery-count. */
  #given = 0;
  /** Those of them that wait for their commit. */
  #waiting = 0;
  #draining = false;

  constructor(link: Sender, entity: QueueEntity, commit: GroupCommit) {
    this.#link = link as SenderLink;
    this.entity = entity;
    this.#commit = commit;
    this.#deletes = asksForSettled(link);
    if (this.#deletes) sendSettled(link);
  }

  get isOpen(): boolean {
    return this.#link.is_open();
  }

  /** How many more messages it can take now: what it asked for, and what its session can hold. */
  get capacity(): number {
    const room = this.#link.session.outgoing.available() - this.#waiting;
    return Math.min(this.#deliveryLimit - this.#given, room);
  }

  /** Locks the message for this consumer, or deletes it, and sends it once that is committed. */
  give(message: Message, now: number): void {
    this.#given += 1;
    this.#waiting += 1;
    const { queue } = this.entity;
    const tag = this.#deletes ? undefined : lockTokenToDeliveryTag(queue.lock(message, now));
    const sent = this.entity.forReceiver(message);
    if (this.#deletes) queue.complete(message);
    this.#commit.afterCommit(() => this.#send(sent, tag));
  }

  /** Notes that the receiver wants what there is, and the rest of its credit back. */
  drain(): void {
    this.#draining = true;
    this.#commit.request();
  }

  /** Gives the credit back, if it was asked for, behind the messages given before. */
  finishDrain(): void {
    if (!this.#draining) return;
    this.#draining = false;
    this.#commit.afterCommit(() => {
      this.#given = this.#deliveryLimit;
      this.#link.set_drained(true);
    });
  }

  /**
   * The delivery-count up to which the receiver has given credit. rhea lowers the credit and raises
   * the count together, and only when it writes, so their sum is right at any time.
   */
  get #deliveryLimit(): number {
    return this.#link.credit + this.#link.delivery_count;
  }

  #send(message: AmqpMessage, tag: Buffer | undefined): void {
    this.#waiting -= 1;
    this.#link.send(message, tag);
  }
}
