import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Answer } from './call.ts';
import { usualBody } from './errors.ts';
import { cutsBeforeProcessing, type Fault } from './fault-schema.ts';
import type { Route } from './routes.ts';

/** How an answer goes out. */
export interface Delivery {
  /** `undefined`: the connection is cut instead. */
  answer: Answer | undefined;
  /** Real milliseconds before the first byte. */
  delayMs?: number;
  /** How many bytes of the body go out before the connection is cut. */
  cutAfterBytes?: number | undefined;
  /** What is told of the length of the body, and what follows it, where that is not the truth. */
  falsehood?: Pick<Fault, 'contentLengthOffset' | 'noContentLength' | 'extraBytes'>;
}

/**
 * What a fault makes of an answer.
 * @param answer of the handler; `undefined` when the fault kept the request from being processed.
 * @param errorBody the shape of the route's error bodies.
 */
export function faultyDelivery(
  fault: Fault,
  answer: Answer | undefined,
  errorBody?: Route['errorBody'],
): Delivery {
  const { delayMs, cutAfterBytes } = fault;
  const sent = standIn(fault, answer, errorBody);
  if (sent === undefined || cutsBeforeProcessing(fault)) return { delayMs, answer: undefined };
  return {
    delayMs,
    cutAfterBytes,
    falsehood: fault,
    answer: { ...sent, headers: { ...sent.headers, ...fault.headers } },
  };
}

/** The answer that arrives in place of the true one; `undefined` when none does. */
function standIn(
  fault: Fault,
  answer: Answer | undefined,
  errorBody: Route['errorBody'],
): Answer | undefined {
  if (fault.status !== undefined) {
    const usual = usualBody(fault.status);
    const json = fault.body ?? errorBody?.(usual.error) ?? usual;
    return { status: fault.status, json };
  }
  if (fault.answerLost || answer === undefined) return undefined;
  return fault.body === undefined ? answer : { status: answer.status, json: fault.body };
}

/** Sends an answer, or cuts the connection. Ends early, without an error, when the client has gone. */
export async function deliver(
  delivery: Delivery,
  response: ServerResponse,
  commonHeaders: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const { answer, cutAfterBytes, falsehood } = delivery;
  if (answer === undefined) {
    response.destroy();
    return;
  }
  const body = bodyOf(answer, signal);
  const length = lengthHeaders(body.bytes, falsehood);
  response.writeHead(answer.status, {
    ...commonHeaders,
    ...body.headers,
    ...length,
    ...answer.headers,
  });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  const pieces = followed(body.pieces, falsehood?.extraBytes ?? 0);
  await sendBody(pieces, response, cutAfterBytes ?? Infinity, signal);
}

type Pieces = Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

interface Body {
  pieces: Pieces;
  /** `undefined`: not known beforehand. */
  bytes: number | undefined;
  headers: Record<string, string>;
}

function bodyOf({ json, stream, content }: Answer, signal: AbortSignal): Body {
  if (stream !== undefined) return { pieces: stream(signal), bytes: undefined, headers: {} };
  if (content !== undefined) return { pieces: content.open(), bytes: content.bytes, headers: {} };
  if (json === undefined) return { pieces: [], bytes: undefined, headers: {} };
  // A string goes out as it is: that is how a fault sends what no client can parse.
  const bytes = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  return {
    pieces: [bytes],
    bytes: bytes.length,
    headers: { 'content-type': 'application/json' },
  };
}

/**
 * Told beforehand, so that a client notices when an answer is cut. After a false one the connection
 * cannot be used again.
 */
function lengthHeaders(
  bytes: number | undefined,
  falsehood: Delivery['falsehood'],
): Record<string, string> {
  const { contentLengthOffset = 0, noContentLength = false, extraBytes = 0 } = falsehood ?? {};
  if (bytes === undefined || noContentLength) return {};
  const told = { 'content-length': String(Math.max(0, bytes + contentLengthOffset)) };
  return contentLengthOffset === extraBytes ? told : { ...told, connection: 'close' };
}

async function* followed(pieces: Pieces, extraBytes: number): AsyncIterable<Uint8Array | string> {
  yield* pieces;
  if (extraBytes > 0) yield Buffer.alloc(extraBytes, 'x');
}

async function sendBody(
  body: AsyncIterable<Uint8Array | string>,
  response: ServerResponse,
  byteLimit: number,
  signal: AbortSignal,
): Promise<void> {
  let left = byteLimit;
  for await (const piece of body) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
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
