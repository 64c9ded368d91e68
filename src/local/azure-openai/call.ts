import type { IncomingHttpHeaders } from 'node:http';
import { errors } from './errors.ts';
import type { Form } from './form.ts';

/** One request as the routes see it. */
export interface Call {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  /** Of a form that a route took in as it came, its fields as JSON. */
  body: Buffer;
  /** The form, on routes that take one in. */
  form?: Form;
  /** When it came, by the simulator's clock, in milliseconds since the Unix epoch. */
  at: number;
}

/** What goes back: a JSON body, a stream of text, or content of a known length. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** `undefined` means no body at all. */
  json?: unknown;
  stream?: (signal: AbortSignal) => AsyncIterable<string>;
  content?: Content;
}

/** Bytes that are made or read as they are sent. */
export interface Content {
  bytes: number;
  open: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** @throws ApiError (400) when the body is no JSON. */
export function jsonBody(call: Call): unknown {
  try {
    return JSON.parse(call.body.toString('utf8'));
  } catch {
    throw errors.unreadableJson();
  }
}

/** The values of a repeatable query parameter, in either spelling: `name=` or `name[]=`. */
export function queryList(call: Call, name: string): string[] {
  return [...call.url.searchParams.getAll(name), ...call.url.searchParams.getAll(`${name}[]`)];
}

export function header(call: Call, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
