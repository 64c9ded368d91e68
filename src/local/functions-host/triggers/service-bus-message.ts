/** Service Bus messages as the Functions host hands them to a function. */
import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { isUtf8 } from 'node:buffer';
import type { TypedData } from '../contracts.ts';

/** The body: text when it is UTF-8, else bytes; AMQP values other than data and text as JSON. */
export function messageBody({ body }: ServiceBusReceivedMessage): TypedData {
  if (typeof body === 'string') return { string: body };
  if (!(body instanceof Uint8Array)) return { json: JSON.stringify(body) };
  return isUtf8(body) ? { string: Buffer.from(body).toString() } : { bytes: body };
}

/** The bodies of a batch: one type for all of them. */
export function batchBody(messages: readonly ServiceBusReceivedMessage[]): TypedData {
  const bodies = messages.map(messageBody);
  const bytes = bodies.map((body) => body.bytes ?? Buffer.from(body.string ?? body.json ?? ''));
  if (bodies.some((body) => body.bytes)) return { collectionBytes: { bytes } };
  return { collectionString: { string: bodies.map((body) => body.string ?? body.json ?? '') } };
}

/** What a function finds in `context.triggerMetadata`. */
export function messageMetadata(message: ServiceBusReceivedMessage): Record<string, TypedData> {
  return typed(properties(message));
}

/** As {@link messageMetadata}, each value a list over the batch and each name with `Array` behind. */
export function batchMetadata(
  messages: readonly ServiceBusReceivedMessage[],
): Record<string, TypedData> {
  const all = messages.map(properties);
  const names = Object.keys(all[0] ?? {});
  const lists = names.map((name) => [`${name}Array`, all.map((each) => each[name] ?? null)]);
  return typed(Object.fromEntries(lists) as Record<string, unknown>);
}

function properties(message: ServiceBusReceivedMessage): Record<string, unknown> {
  const applicationProperties = message.applicationProperties ?? {};
  return {
    MessageId: message.messageId,
    // The SDK counts deliveries before this one; Functions count this one too.
    DeliveryCount: (message.deliveryCount ?? 0) + 1,
    LockToken: message.lockToken,
    SequenceNumber: Number(message.sequenceNumber),
    EnqueuedTimeUtc: message.enqueuedTimeUtc,
    ExpiresAtUtc: message.expiresAtUtc,
    ContentType: message.contentType,
    CorrelationId: message.correlationId,
    Subject: message.subject,
    To: message.to,
    ReplyTo: message.replyTo,
    PartitionKey: message.partitionKey,
    DeadLetterSource: message.deadLetterSource,
    ApplicationProperties: applicationProperties,
    UserProperties: applicationProperties,
  };
}

function typed(values: Record<string, unknown>): Record<string, TypedData> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, typedValue(value)]));
}

function typedValue(value: unknown): TypedData {
  if (typeof value === 'string') return { string: value };
  return typeof value === 'number' ? { int: value } : { json: JSON.stringify(value) };
}
