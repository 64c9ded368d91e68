import type { QueueClient } from '@azure/storage-queue';
import { storageCall, unlessStatus } from './storage-errors.ts';

/** Messages that one call shows, so that a call has an end. */
const MESSAGES_PER_CALL = 100;

/** The most that one request may ask for. */
const BATCH = 25;

/** Seconds for which no other call sees a message that this one has shown. */
const HIDDEN_FOR = 300;

const NOT_FOUND = 404;

/** A message that the Functions runtime has given up. */
export interface PoisonMessage {
  /** The id that it has in the poison queue; the runtime does not keep the first one. */
  id: string;
  /** As it is stored, in whatever encoding its sender used. */
  text: string;
  /** Takes the message out of the poison queue. Without it the message comes again. */
  done(): Promise<void>;
}

/**
 * The messages of a poison queue, 100 at most.
 *
 * @throws LonghaulError `storage-unavailable`.
 */
export async function* poisonMessages(queue: QueueClient): AsyncGenerator<PoisonMessage> {
  for (let shown = 0; shown < MESSAGES_PER_CALL; shown += BATCH) {
    const messages = await receive(queue);
    for (const { messageId, messageText, popReceipt } of messages) {
      yield {
        id: messageId,
        text: messageText,
        done: () => remove(queue, messageId, popReceipt),
      };
    }
    if (messages.length < BATCH) return;
  }
}

/** The runtime creates the queue when it first needs it, so none is as good as an empty one. */
function receive(queue: QueueClient) {
  const received = storageCall((abortSignal) =>
    queue.receiveMessages({ numberOfMessages: BATCH, visibilityTimeout: HIDDEN_FOR, abortSignal }),
  );
  return unlessStatus(
    received.then(({ receivedMessageItems }) => receivedMessageItems),
    [NOT_FOUND],
    [],
  );
}

async function remove(queue: QueueClient, id: string, popReceipt: string): Promise<void> {
  await unlessStatus(
    storageCall((abortSignal) => queue.deleteMessage(id, popReceipt, { abortSignal })),
    [NOT_FOUND],
    undefined,
  );
}
