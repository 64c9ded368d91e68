import type {
  ServiceBusMessage,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from '@azure/service-bus';
import type { ServiceBusConnector } from './service-bus-client.ts';

/** Messages that one call brings back, so that a call has an end. */
const MESSAGES_PER_CALL = 100;

/** Messages asked for at once, and locked meanwhile. */
const BATCH = 20;

/** Milliseconds to wait for the first message of a batch; an empty queue costs no more. */
const EMPTY_AFTER = 500;

/** Milliseconds for each step. */
const STEP_LIMIT = 10_000;

/**
 * Sends the messages of a queue's dead-letter queue to the queue again, with the same MessageId,
 * body and properties. A crash in between sends a message twice, never loses it; the identity of
 * the job it carries makes the second one a repeat.
 *
 * @returns how many were returned; 100 at most, so call again for more.
 * @throws when Service Bus cannot be reached; what was returned stays returned.
 */
export async function returnDeadLetters(
  serviceBus: ServiceBusConnector,
  queue: string,
): Promise<number> {
  const receiver = serviceBus.client().createReceiver(queue, {
    subQueueType: 'deadLetter',
    receiveMode: 'peekLock',
    // The bytes as they are: what is parsed and written anew would not be the same message.
    skipParsingBodyAsJson: true,
  });
  try {
    // Receiving from an empty queue takes its whole wait, and nearly always there is nothing.
    return (await isEmpty(serviceBus, receiver)) ? 0 : await returnAll(serviceBus, receiver, queue);
  } finally {
    receiver.close().catch(() => undefined);
  }
}

async function isEmpty(
  serviceBus: ServiceBusConnector,
  receiver: ServiceBusReceiver,
): Promise<boolean> {
  const first = await serviceBus.run(
    (abortSignal) => receiver.peekMessages(1, { abortSignal }),
    STEP_LIMIT,
  );
  return first.length === 0;
}

async function returnAll(
  serviceBus: ServiceBusConnector,
  receiver: ServiceBusReceiver,
  queue: string,
): Promise<number> {
  let returned = 0;
  while (returned < MESSAGES_PER_CALL) {
    const batch = await serviceBus.run(
      (abortSignal) =>
        receiver.receiveMessages(BATCH, { maxWaitTimeInMs: EMPTY_AFTER, abortSignal }),
      STEP_LIMIT,
    );
    if (batch.length === 0) break;
    for (const message of batch) await returnOne(serviceBus, receiver, queue, message);
    returned += batch.length;
  }
  return returned;
}

function returnOne(
  serviceBus: ServiceBusConnector,
  receiver: ServiceBusReceiver,
  queue: string,
  message: ServiceBusReceivedMessage,
): Promise<void> {
  return serviceBus.run(async (abortSignal) => {
    await serviceBus.sender(queue).sendMessages(returnedMessage(message), { abortSignal });
    await receiver.completeMessage(message);
  }, STEP_LIMIT);
}

/**
 * The message as it is sent to its queue again. One without an identity gets one that stays.
 *
 * The SDK keeps the AMQP section of the body (data, value or sequence) when it is given a message
 * that it has received.
 */
export function returnedMessage(message: ServiceBusReceivedMessage): ServiceBusMessage {
  const { scheduledEnqueueTimeUtc: _, ...rest } = message;
  return {
    ...rest,
    messageId: message.messageId ?? `dead-letter-${String(message.sequenceNumber)}`,
    applicationProperties: withoutReason(message.applicationProperties ?? {}),
  };
}

/** Service Bus adds why it gave a message up; the copy has not been given up. */
function withoutReason(
  properties: NonNullable<ServiceBusMessage['applicationProperties']>,
): NonNullable<ServiceBusMessage['applicationProperties']> {
  const { DeadLetterReason: _, DeadLetterErrorDescription: __, ...rest } = properties;
  return rest;
}
