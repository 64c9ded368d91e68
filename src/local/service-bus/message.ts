import type { LockToken } from './lock-token.ts';

/** `active` messages can be received; the others only by their sequence number, or when they are due. */
export type MessageState = 'active' | 'deferred' | 'scheduled';

/** What a queue knows of a message. Its content lies in the message store, under the same id. */
export interface Message {
  /** Its key in the message store; unique over all entities. */
  readonly id: number;
  /** Grows within the entity. A scheduled message gets a new one when it becomes active. */
  sequenceNumber: number;
  state: MessageState;
  /** Milliseconds since the epoch; for a scheduled message the time it is due. */
  enqueuedAt: number;
  /** Milliseconds since the epoch; Infinity when it never expires. */
  expiresAt: number;
  /** Deliveries that ended without settlement. */
  deliveryCount: number;
  lock: { readonly token: LockToken; readonly until: number } | undefined;
}

/** A message on its way into a queue, its content already in the message store. */
export interface Arrival {
  id: number;
  /** Milliseconds; Infinity when the sender set none. */
  timeToLive: number;
  /** Milliseconds since the epoch; a time that has passed is the same as none. */
  scheduledFor?: number | undefined;
  deliveryCount?: number;
}

/** Why a message goes to the dead-letter queue; both texts become application properties there. */
export interface DeadLetterCause {
  reason?: string | undefined;
  description?: string | undefined;
  properties?: Record<string, unknown>;
}
