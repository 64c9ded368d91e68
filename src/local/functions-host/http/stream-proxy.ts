/**
 * HTTP with streamed bodies (`app.setup({ enableHttpStream: true })`). The request goes to a server
 * that `@azure/functions` opened in the worker, next to the invocation, which carries the rest; the
 * response comes back on that connection (its `httpProxy.ts`).
 */
import { Agent, request as httpRequest, type ClientRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Meaningful between two neighbours only (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  // Answered by this host already.
  'expect',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** The library's own, of no interest to the client. */
const INVOCATION_ID = 'x-ms-invocation-id';

/** One connection per request: a kept one may be closed by the worker just as it is used again. */
const agent = new Agent({ keepAlive: false });

/** A request on its way to the worker that runs its invocation. */
export class StreamedRequest {
  readonly #client: IncomingMessage;
  readonly #answer: ServerResponse;
  readonly #upstream: ClientRequest;
  readonly #connected: Promise<void>;
  readonly #responded: Promise<IncomingMessage>;

  constructor(
    client: IncomingMessage,
    answer: ServerResponse,
    target: { httpUri: string; invocationId: string },
  ) {
    this.#client = client;
    this.#answer = answer;
    this.#upstream = httpRequest(new URL(client.url ?? '/', target.httpUri), {
      method: client.method ?? 'GET',
      headers: forwardedHeaders(client, target.invocationId),
      agent,
    });
    this.#connected = connected(this.#upstream);
    this.#responded = responded(this.#upstream);
  }

  /**
   * Waits until the worker has the connection. Invocations wait for their request without end, so
   * one may only start when its request is sure to arrive.
   * @throws when the worker cannot be reached.
   */
  async connect(): Promise<void> {
    this.#upstream.flushHeaders();
    await this.#connected;
  }

  /**
   * Carries the body to the worker and its response back to the client.
   * @returns when the response has been sent or the client has gone.
   */
  async exchange(): Promise<void> {
    this.#answer.once('close', () => this.#upstream.destroy());
    this.#forwardBody();
    const response = await this.#responded;
    this.#answer.writeHead(response.statusCode ?? 500, endToEnd(response.rawHeaders));
    await pipeline(response, this.#answer);
  }

  /**
   * A function may answer without reading the body: then the rest is read and dropped, because to
   * break off the request would take the response with it.
   */
  #forwardBody(): void {
    this.#client.once('error', () => this.#upstream.destroy());
    this.#upstream.once('close', () => this.#client.unpipe(this.#upstream).resume());
    this.#client.pipe(this.#upstream);
  }

  /** Gives up: the function failed, so no response will come or it ends here. */
  abandon(): void {
    this.#upstream.destroy();
  }
}

function connected(upstream: ClientRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    upstream.once('error', reject);
    upstream.once('socket', (socket) => socket.once('connect', () => resolve()));
  });
}

function responded(upstream: ClientRequest): Promise<IncomingMessage> {
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve);
    upstream.once('error', reject);
    upstream.once('close', () => reject(new Error('The worker closed the connection.')));
  });
  // Observed by exchange(); an error while connecting is reported by connect().
  response.catch(() => undefined);
  return response;
}

function forwardedHeaders(client: IncomingMessage, invocationId: string): string[] {
  const headers = endToEnd(client.rawHeaders);
  if (client.headers['transfer-encoding']) headers.push('transfer-encoding', 'chunked');
  headers.push(INVOCATION_ID, invocationId);
  headers.push('x-forwarded-host', client.headers.host ?? 'localhost');
  headers.push('x-forwarded-proto', 'http');
  // Else the worker would reset the connection when it answers before it has read the body.
  headers.push('connection', 'keep-alive');
  return headers;
}

/** Names and values alternating, as node gives and takes them, without the hop-by-hop ones. */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    const dropped = [...HOP_BY_HOP, INVOCATION_ID, 'x-forwarded-host', 'x-forwarded-proto'];
    if (!dropped.includes(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
