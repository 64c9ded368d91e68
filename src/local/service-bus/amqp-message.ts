import { randomUUID } from 'node:crypto';
import rhea from 'rhea';
import type { Message as AmqpMessage } from 'rhea';
import type { Message, MessageState } from './message.ts';

export type { AmqpMessage };

/** Largest message and largest batch of the Standard tier, in bytes. */
export const MAX_MESSAGE_SIZE = 256 * 1024;

/** The message format of a batch: each data section is an AMQP message of its own. */
export const BATCH_FORMAT = 0x80013700;

/** The numbers that `x-opt-message-state` stands for. */
const STATE_NUMBERS: Record<MessageState, number> = { active: 0, deferred: 1, scheduled: 2 };

export function encode(message: AmqpMessage): Buffer {
  return rhea.message.encode(message);
}

/** @throws TypeError or RangeError when the bytes are no AMQP message. */
export function decode(bytes: Buffer): AmqpMessage {
  // rhea types what it decodes more loosely than what it sends; both are the same shape.
  return rhea.message.decode(bytes) as unknown as AmqpMessage;
}

/** The messages in a batch. @throws TypeError or RangeError when the bytes are no batch. */
export function decodeBatch(bytes: Buffer): AmqpMessage[] {
  const { body } = decode(bytes) as { body: { content: Buffer | Buffer[] } };
  return [body.content].flat().map(decode);
}

/** A message that a sender hands in. */
export interface Submission {
  message: AmqpMessage;
  /** The message id as text. */
  messageId: string;
  /** The message as it is stored. */
  content: Buffer;
}

/** Gives the message an id when the sender gave none: SDKs need one to renew locks. */
export function submissionOf(message: AmqpMessage): Submission {
  const id = (message.message_id ??= randomUUID().replaceAll('-', ''));
  const messageId = Buffer.isBuffer(id) ? id.toString('hex') : String(id);
  return { message, messageId, content: encode(message) };
}

/** When the sender wants the message to appear, in milliseconds since the epoch. */
export function scheduledEnqueueTime(message: AmqpMessage): number | undefined {
  const time: unknown = message.message_annotations?.['x-opt-scheduled-enqueue-time'];
  return time == null ? undefined : Number(time);
}

/** Adds application properties to encoded content. */
export function withProperties(content: Buffer, properties: Record<string, unknown>): Buffer {
  const message = decode(content);
  message.application_properties = { ...message.application_properties, ...properties };
  return encode(message);
}

/**
 * A message as a receiver gets it.
 * @param deadLetterSource the entity that dead-lettered it, when it comes from a dead-letter queue.
 */
export function forReceiver(
  content: Buffer,
  message: Message,
  deadLetterSource: string | undefined,
): AmqpMessage {
  const sent = decode(content);
  return {
    ...sent,
    delivery_count: message.deliveryCount,
    message_annotations: {
      ...sent.message_annotations,
      'x-opt-sequence-number': rhea.types.wrap_long(message.sequenceNumber),
      'x-opt-enqueued-time': rhea.types.wrap_timestamp(message.enqueuedAt),
      'x-opt-message-state': rhea.types.wrap_int(STATE_NUMBERS[message.state]),
      ...(message.lock && {
        'x-opt-locked-until': rhea.types.wrap_timestamp(message.lock.until),
      }),
      ...(deadLetterSource !== undefined && { 'x-opt-deadletter-source': deadLetterSource }),
    },
  };
}
