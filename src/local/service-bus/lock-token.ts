import { randomUUID } from 'node:crypto';

/**
 * A lock token is a GUID in text form. On the wire it travels twice: as the delivery tag, in the byte
 * order of .NET (the first three groups little-endian), and in `$management` requests as an AMQP
 * uuid, in the order of the text (RFC 9562).
 */
export type LockToken = string;

export function newLockToken(): LockToken {
  return randomUUID();
}

/** The sixteen bytes of a token in the order of its text. */
export function lockTokenToUuid(token: LockToken): Buffer {
  return Buffer.from(token.replaceAll('-', ''), 'hex');
}

/** The token that sixteen bytes in the order of the text stand for. */
export function lockTokenFromUuid(uuid: Buffer): LockToken {
  const hex = uuid.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/** The delivery tag under which a locked message is sent. */
export function lockTokenToDeliveryTag(token: LockToken): Buffer {
  return swapGuidByteOrder(lockTokenToUuid(token));
}

/** The token behind the delivery tag of a locked message. */
export function lockTokenFromDeliveryTag(tag: Buffer): LockToken {
  return lockTokenFromUuid(swapGuidByteOrder(tag));
}

function swapGuidByteOrder(guid: Buffer): Buffer {
  const swapped = Buffer.from(guid);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return swapped;
}
