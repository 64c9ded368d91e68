import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Answer } from './call.ts';
import { usualBody } from './errors.ts';
import { cutsBeforeProcessing, type Fault } from './faults.ts';

/** How an answer goes out. */
export interface Delivery {
  /** `undefined`: the connection is cut instead. */
  answer: Answer | undefined;
  /** Real milliseconds before the first byte. */
  delayMs?: number;
  /** How many bytes of the body go out before the connection is cut. */
  cutAfterBytes?: number | undefined;
}

/**
 * What a fault makes of an answer.
 * @param answer of the handler; `undefined` when the fault kept the request from being processed.
 */
export function faultyDelivery(fault: Fault, answer: Answer | undefined): Delivery {
  const { delayMs, cutAfterBytes } = fault;
  const sent = standIn(fault, answer);
  if (sent === undefined || cutsBeforeProcessing(fault)) return { delayMs, answer: undefined };
  return {
    delayMs,
    cutAfterBytes,
    answer: { ...sent, headers: { ...sent.headers, ...fault.headers } },
  };
}

/** The answer that arrives in place of the true one; `undefined` when none does. */
function standIn(fault: Fault, answer: Answer | undefined): Answer | undefined {
  if (fault.status !== undefined) {
    return { status: fault.status, json: fault.body ?? usualBody(fault.status) };
  }
  if (fault.answerLost || answer === undefined) return undefined;
  return fault.body === undefined ? answer : { status: answer.status, json: fault.body };
}

/** Sends an answer, or cuts the connection. Ends early, without an error, when the client has gone. */
export async function deliver(
  { answer, cutAfterBytes }: Delivery,
  response: ServerResponse,
  commonHeaders: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  if (answer === undefined) {
    response.destroy();
    return;
  }
  const bytes = bodyBytes(answer);
  response.writeHead(answer.status, { ...commonHeaders, ...lengthOf(bytes), ...answer.headers });
  const body = answer.stream?.(signal) ?? [bytes];
  await sendBody(body, response, cutAfterBytes ?? Infinity, signal);
}

/** A string body goes out as it is: that is how a fault sends what no client can parse. */
function bodyBytes({ json }: Answer): Buffer {
  if (json === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
}

/** Told beforehand, so that a client notices when an answer is cut. A stream's is not known. */
function lengthOf({ length }: Buffer): Record<string, string> {
  return length === 0
    ? {}
    : { 'content-type': 'application/json', 'content-length': String(length) };
}

async function sendBody(
  body: Iterable<Buffer> | AsyncIterable<string>,
  response: ServerResponse,
  byteLimit: number,
  signal: AbortSignal,
): Promise<void> {
  let left = byteLimit;
  for await (const piece of body) {
    const bytes = Buffer.from(piece);
    const fits = bytes.length <= left;
    const flowing = response.write(fits ? bytes : bytes.subarray(0, left));
    if (!fits) {
      await flushed(response);
      response.destroy();
      return;
    }
    left -= bytes.length;
    if (!flowing) await once(response, 'drain', { signal });
  }
  response.end();
}

/** Everything written so far has been handed to the network. */
async function flushed(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => response.write('', () => resolve()));
}

/** Waits in real time: what the client waits for on the wire is real as well. */
export async function holdBack(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) await setTimeout(delayMs, undefined, { signal });
}
