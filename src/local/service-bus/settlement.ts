import { deadLetteredAlready, messageLockLost } from './fault.ts';
import type { LockToken } from './lock-token.ts';
import type { DeadLetterCause } from './message.ts';
import type { QueueEntity } from './queue-entity.ts';

/** What a receiver may do with a message that it has locked. */
export type Settlement =
  | { kind: 'complete' }
  | { kind: 'release' }
  | { kind: 'abandon' | 'defer'; properties: Record<string, unknown> }
  | { kind: 'deadLetter'; cause: DeadLetterCause };

/** The outcome of a disposition as rhea hands it over (AMQP 1.0 §3.4). */
export interface ReceivedOutcome {
  undeliverable_here?: boolean;
  message_annotations?: Record<string, unknown>;
  error?: { description?: string; info?: Record<string, unknown> };
}

/** What Service Bus takes a `modified` outcome to mean. */
export function settlementOfModified(outcome: ReceivedOutcome): Settlement {
  return {
    kind: outcome.undeliverable_here === true ? 'defer' : 'abandon',
    properties: outcome.message_annotations ?? {},
  };
}

/** What Service Bus takes a `rejected` outcome to mean. */
export function settlementOfRejected(outcome: ReceivedOutcome): Settlement {
  const { DeadLetterReason, DeadLetterErrorDescription, ...properties } = outcome.error?.info ?? {};
  const description = DeadLetterErrorDescription ?? outcome.error?.description;
  return {
    kind: 'deadLetter',
    cause: { reason: text(DeadLetterReason), description: text(description), properties },
  };
}

/**
 * Settles the message that a token locks.
 * @throws Fault when the lock is lost, or a dead-letter queue should dead-letter.
 */
export function settle(
  entity: QueueEntity,
  token: LockToken,
  settlement: Settlement,
  now: number,
): void {
  const { queue } = entity;
  const message = queue.locked(token, now);
  if (message === undefined) throw messageLockLost();
  switch (settlement.kind) {
    case 'complete':
      queue.complete(message);
      return;
    case 'release':
      queue.release(message);
      return;
    case 'abandon':
      entity.amend(message, settlement.properties);
      queue.abandon(message, now);
      return;
    case 'defer':
      entity.amend(message, settlement.properties);
      queue.defer(message);
      return;
    case 'deadLetter':
      if (!queue.canDeadLetter) throw deadLetteredAlready(entity.address);
      queue.deadLetter(message, settlement.cause, now);
  }
}

/** The value when it is a string. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
