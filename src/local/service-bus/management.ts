import rhea from 'rhea';
import { decode, encode, MAX_MESSAGE_SIZE, submissionOf } from './amqp-message.ts';
import type { Entities } from './entities.ts';
import {
  entityNotFound,
  messageLockLost,
  messageNotFound,
  messageTooLarge,
  operationNotSupported,
} from './fault.ts';
import { lockTokenFromUuid, lockTokenToUuid } from './lock-token.ts';
import type { Destination, QueueEntity } from './queue-entity.ts';
import { settle, text, type Settlement } from './settlement.ts';

/** The body of a request or a response. */
export type ManagementBody = Record<string, unknown>;

/** AMQP type codes of array elements (AMQP 1.0 §1.6). */
const LONG = 0x81;
const TIMESTAMP = 0x83;

/** `receiver-settle-mode` first: what is received counts as settled. */
const RECEIVE_AND_DELETE = 0;

/**
 * The requests that SDKs send to `<entity>/$management`, as
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response says.
 */
export class Management {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  /**
   * Carries out a request.
   * @param address the entity, without `/$management`.
   * @returns the body of the response, undefined when there is nothing to say (status 204).
   * @throws Fault when the request is refused.
   */
  handle(
    address: string,
    operation: string,
    body: ManagementBody,
    now: number,
  ): ManagementBody | undefined {
    this.#entities.advance(now); // whatever is due has happened before anybody looks
    switch (operation) {
      case 'com.microsoft:schedule-message':
        return schedule(this.#destination(address), body, now);
      case 'com.microsoft:cancel-scheduled-message':
        return cancelScheduled(this.#destination(address), body, now);
      case 'com.microsoft:peek-message':
        return peek(this.#source(address), body, now);
      case 'com.microsoft:receive-by-sequence-number':
        return receiveDeferred(this.#source(address), body, now);
      case 'com.microsoft:renew-lock':
        return renewLocks(this.#source(address), body, now);
      case 'com.microsoft:update-disposition':
        return updateDisposition(this.#source(address), body, now);
      default:
        throw operationNotSupported(operation);
    }
  }

  #destination(address: string): Destination {
    const destination = this.#entities.destination(address);
    if (destination === undefined) throw entityNotFound(address);
    return destination;
  }

  #source(address: string): QueueEntity {
    const source = this.#entities.source(address);
    if (source === undefined) throw entityNotFound(address);
    return source;
  }
}

function schedule(destination: Destination, body: ManagementBody, now: number): ManagementBody {
  const entries = body['messages'] as { message: Buffer }[];
  const submissions = entries.map(({ message }) => submissionOf(decode(message)));
  const size = submissions.reduce((sum, { content }) => sum + content.length, 0);
  if (size > MAX_MESSAGE_SIZE) throw messageTooLarge(size);
  const sequenceNumbers = submissions.map((submission) => destination.accept(submission, now));
  return { 'sequence-numbers': rhea.types.wrap_array(sequenceNumbers, LONG, undefined) };
}

function cancelScheduled(
  destination: Destination,
  body: ManagementBody,
  now: number,
): ManagementBody {
  for (const sequenceNumber of sequenceNumbers(body)) {
    if (!destination.cancelScheduled(sequenceNumber, now)) {
      throw messageNotFound(sequenceNumber, 'scheduled');
    }
  }
  return {};
}

function peek(source: QueueEntity, body: ManagementBody, now: number): ManagementBody | undefined {
  const from = long(body['from-sequence-number']);
  const peeked = source.queue.peek(from, Number(body['message-count']), now);
  if (peeked.length === 0) return undefined;
  return { messages: peeked.map((message) => ({ message: encode(source.forReceiver(message)) })) };
}

function receiveDeferred(source: QueueEntity, body: ManagementBody, now: number): ManagementBody {
  const messages = sequenceNumbers(body).map((sequenceNumber) => {
    const message = source.queue.deferred(sequenceNumber, now);
    if (message === undefined) throw messageNotFound(sequenceNumber, 'deferred');
    return message;
  });
  if (body['receiver-settle-mode'] === RECEIVE_AND_DELETE) {
    const received = messages.map((message) => ({ message: encode(source.forReceiver(message)) }));
    for (const message of messages) source.queue.complete(message);
    return { messages: received };
  }
  return {
    messages: messages.map((message) => {
      const token = source.queue.lock(message, now);
      return {
        'lock-token': rhea.types.wrap_uuid(lockTokenToUuid(token)),
        message: encode(source.forReceiver(message)),
      };
    }),
  };
}

function renewLocks(source: QueueEntity, body: ManagementBody, now: number): ManagementBody {
  const expirations = lockTokens(body).map((token) => {
    const message = source.queue.locked(token, now);
    if (message === undefined) throw messageLockLost();
    return source.queue.renew(message, now);
  });
  return { expirations: rhea.types.wrap_array(expirations, TIMESTAMP, undefined) };
}

function updateDisposition(source: QueueEntity, body: ManagementBody, now: number): ManagementBody {
  for (const token of lockTokens(body)) settle(source, token, dispositionOf(body), now);
  return {};
}

function dispositionOf(body: ManagementBody): Settlement {
  const properties = (body['properties-to-modify'] ?? {}) as Record<string, unknown>;
  const status = String(body['disposition-status']);
  switch (status) {
    case 'completed':
      return { kind: 'complete' };
    case 'abandoned':
      return { kind: 'abandon', properties };
    case 'defered': // spelt so in the protocol
      return { kind: 'defer', properties };
    case 'suspended': {
      const reason = text(body['deadletter-reason']);
      const description = text(body['deadletter-description']);
      return { kind: 'deadLetter', cause: { reason, description, properties } };
    }
    default:
      throw operationNotSupported(`update-disposition with the status ${status}`);
  }
}

function lockTokens(body: ManagementBody): string[] {
  return (body['lock-tokens'] as Buffer[]).map(lockTokenFromUuid);
}

function sequenceNumbers(body: ManagementBody): number[] {
  return (body['sequence-numbers'] as unknown[]).map(long);
}

/** rhea hands 64-bit numbers over as a number, or as eight bytes when a number cannot hold them. */
function long(value: unknown): number {
  return Buffer.isBuffer(value) ? Number(value.readBigInt64BE()) : Number(value);
}
