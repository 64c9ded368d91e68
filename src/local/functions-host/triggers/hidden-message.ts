import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';

/**
 * How long a message in hand stays invisible, in seconds. Azure hides messages for ten minutes; here a
 * host that was killed must not keep its messages from the next one that long.
 */
export const HIDDEN_SECONDS = 30;

/** How often that is renewed, in milliseconds. */
const RENEWAL = 10_000;

/** Keeps a message invisible while it is in hand. */
export class HiddenMessage {
  readonly #queue: QueueClient;
  readonly #message: DequeuedMessageItem;
  readonly #timer: NodeJS.Timeout;
  #popReceipt: string;
  #renewing: Promise<void> = Promise.resolve();

  constructor(queue: QueueClient, message: DequeuedMessageItem) {
    this.#queue = queue;
    this.#message = message;
    this.#popReceipt = message.popReceipt;
    this.#timer = setInterval(() => {
      this.#renewing = this.#renew();
    }, RENEWAL);
  }

  /** @returns the pop receipt in force. */
  async stop(): Promise<string> {
    clearInterval(this.#timer);
    await this.#renewing;
    return this.#popReceipt;
  }

  async #renew(): Promise<void> {
    const { messageId, messageText } = this.#message;
    try {
      const renewed = await this.#queue.updateMessage(
        messageId,
        this.#popReceipt,
        messageText,
        HIDDEN_SECONDS,
      );
      this.#popReceipt = renewed.popReceipt ?? this.#popReceipt;
    } catch {
      // The next renewal tries again; if all fail, the message is delivered again.
    }
  }
}
