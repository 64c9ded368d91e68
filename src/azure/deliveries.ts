import type { TriggerMetadata } from '@azure/functions';
import { derivedId } from '../jobs/identity.ts';
import type { Door } from '../jobs/job.ts';
import type { Delivery } from '../workflow/intake.ts';

/**
 * The text of a queue message. The Functions library has parsed it when it was JSON, and leaves
 * bytes that are no text as they are.
 */
function messageText(message: unknown): string {
  if (typeof message === 'string') return message;
  if (message instanceof Uint8Array) return Buffer.from(message).toString('utf8');
  return JSON.stringify(message) ?? '';
}

/**
 * A message without a MessageId is known by its sequence number, also after it came back from the
 * dead-letter queue (there it gets this name as its MessageId).
 */
export function serviceBusDelivery(
  queue: string,
  message: unknown,
  metadata: TriggerMetadata | undefined,
): Delivery {
  const { messageId, sequenceNumber } = metadata ?? {};
  const name =
    typeof messageId === 'string' && messageId !== ''
      ? messageId
      : `dead-letter-${Number(sequenceNumber)}`;
  return delivery('service-bus', queue, name, messageText(message), metadata);
}

/** Some SDKs encode queue messages in base64 and some do not; both are understood. */
export function storageQueueDelivery(
  queue: string,
  message: unknown,
  metadata: TriggerMetadata | undefined,
): Delivery {
  const id = String(metadata?.['id']);
  return delivery('storage-queue', queue, id, decoded(messageText(message)), metadata);
}

/** How often the message was delivered, this time included; Service Bus and Storage name it apart. */
export function deliveriesOf(metadata: TriggerMetadata | undefined): number {
  const count = metadata?.['deliveryCount'] ?? metadata?.['dequeueCount'];
  return typeof count === 'number' ? count : 1;
}

function delivery(
  door: Door,
  queue: string,
  messageId: string,
  text: string,
  metadata: TriggerMetadata | undefined,
): Delivery {
  return {
    door,
    sourceId: `${queue}/${messageId}`,
    text,
    source: { door },
    fallbackId: derivedId(door, queue, messageId),
    deliveries: deliveriesOf(metadata),
  };
}

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

function decoded(text: string): string {
  if (!BASE64.test(text)) return text;
  const plain = Buffer.from(text, 'base64').toString('utf8');
  return plain.trimStart().startsWith('{') ? plain : text;
}
