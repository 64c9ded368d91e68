import { MAX_MESSAGE_SIZE } from './amqp-message.ts';

/** A refusal that the other side hears of, under the conditions that Azure uses and SDKs know. */
export class Fault extends Error {
  override name = 'Fault';
  /** The AMQP error condition. */
  readonly condition: string;
  /** What a `$management` request is answered with. */
  readonly status: number;

  constructor(condition: string, status: number, message: string) {
    super(message);
    this.condition = condition;
    this.status = status;
  }

  /** As it stands in a detach or a rejected outcome. */
  get amqpError(): { condition: string; description: string } {
    return { condition: this.condition, description: this.message };
  }
}

export function entityNotFound(address: string): Fault {
  return new Fault(
    'amqp:not-found',
    404,
    `The messaging entity '${address}' could not be found. ` +
      'Send to a queue or a topic, receive from a queue or <topic>/Subscriptions/<subscription>, ' +
      'and declare them in the entities file.',
  );
}

export function messageLockLost(): Fault {
  return new Fault(
    'com.microsoft:message-lock-lost',
    410,
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed ' +
      'from the queue. Receive the message again.',
  );
}

export function messageNotFound(sequenceNumber: number, state: 'deferred' | 'scheduled'): Fault {
  return new Fault(
    'com.microsoft:message-not-found',
    404,
    `There is no ${state} message with the sequence number ${sequenceNumber}: ` +
      'it does not exist, is locked, or has left that state.',
  );
}

export function messageTooLarge(size: number): Fault {
  return new Fault(
    'amqp:link:message-size-exceeded',
    403,
    `The message has ${size} bytes, and ${MAX_MESSAGE_SIZE} are allowed for a message or a batch. ` +
      'Put the content into a blob and send a reference to it.',
  );
}

export function undecodable(cause: unknown): Fault {
  return new Fault(
    'amqp:decode-error',
    400,
    `The message is not encoded as AMQP 1.0 §3.2 says: ${String(cause)}.`,
  );
}

export function sessionsNotSupported(address: string): Fault {
  return new Fault(
    'amqp:not-implemented',
    501,
    `Sessions are not supported by the local Service Bus. Receive from '${address}' without a session.`,
  );
}

export function deadLetteredAlready(address: string): Fault {
  return new Fault(
    'amqp:not-allowed',
    400,
    `'${address}' is a dead-letter queue and has none of its own. Complete, abandon or defer the message.`,
  );
}

export function operationNotSupported(operation: string): Fault {
  return new Fault(
    'amqp:not-implemented',
    501,
    `The operation '${operation}' is not supported by the local Service Bus. ` +
      'Entities and filters are declared in the entities file.',
  );
}
