import type { TypedData } from '../contracts.ts';

/** A message of an output binding: its bytes, and whether they came as text, JSON or neither. */
export interface OutgoingMessage {
  body: Buffer;
  contentType: 'text/plain' | 'application/json' | 'application/octet-stream';
}

/** The messages that a value stands for: an array is one message per element. */
export function outgoingMessages(value: TypedData): OutgoingMessage[] {
  if (value.bytes)
    return [{ body: Buffer.from(value.bytes), contentType: 'application/octet-stream' }];
  if (value.json === undefined) return [text(value.string ?? String(value.int ?? value.double))];
  const parsed: unknown = JSON.parse(value.json);
  return Array.isArray(parsed) ? parsed.map(element) : [json(value.json)];
}

function element(value: unknown): OutgoingMessage {
  return typeof value === 'string' ? text(value) : json(JSON.stringify(value));
}

function text(value: string): OutgoingMessage {
  return { body: Buffer.from(value), contentType: 'text/plain' };
}

function json(value: string): OutgoingMessage {
  return { body: Buffer.from(value), contentType: 'application/json' };
}
