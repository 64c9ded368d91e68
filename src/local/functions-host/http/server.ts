import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../contracts.ts';
import { BodyTooLargeError } from './request.ts';
import { sendJson, sendStatus } from './response.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The host's HTTP server. It listens before the app has loaded, and answers 503 until then. */
export class HostServer {
  readonly #server: Server;
  readonly #log: Log;
  readonly #inHand = new Set<Promise<void>>();
  #handler: Handler | undefined;

  constructor(log: Log) {
    this.#log = log;
    this.#server = createServer((request, response) => this.#receive(request, response));
    // Streamed uploads may take any time.
    this.#server.requestTimeout = 0;
  }

  /**
   * Listens on the loopback interface.
   * @param port 0 for any free one.
   * @returns the port.
   * @throws when the port is taken.
   */
  async listen(port: number): Promise<number> {
    const listening = Promise.withResolvers<void>();
    this.#server.once('error', listening.reject);
    this.#server.listen(port, '127.0.0.1', listening.resolve);
    try {
      await listening.promise;
    } catch (cause) {
      throw new Error(
        `The host cannot listen on port ${port}: ${(cause as Error).message}. Choose another with --port.`,
        { cause },
      );
    }
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on requests are served. */
  serve(handler: Handler): void {
    this.#handler = handler;
  }

  /** Refuses new requests; waits for those in hand, at most as long as given. */
  async close(milliseconds: number): Promise<void> {
    this.#handler = undefined;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const deadline = delay(milliseconds, undefined, { ref: false });
    await Promise.race([Promise.allSettled(this.#inHand), deadline]);
    this.#server.closeAllConnections();
    await closed;
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const handled = this.#handle(request, response);
    this.#inHand.add(handled);
    response.once('close', () => this.#inHand.delete(handled));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The client may go at any time; whatever is still written then is dropped.
    response.on('error', () => undefined);
    if (!this.#handler) {
      const headers = { 'retry-after': '1', connection: 'close' };
      return sendJson(response, 503, { state: 'Starting' }, headers);
    }
    try {
      await this.#handler(request, response);
    } catch (error) {
      this.#fail(request, response, error as Error);
    }
  }

  #fail(request: IncomingMessage, response: ServerResponse, error: Error): void {
    if (request.destroyed && !request.complete) return;
    const tooLarge = error instanceof BodyTooLargeError;
    if (!tooLarge) this.#log('error', 'Host.Http', `${request.method} failed: ${error.message}`);
    if (response.headersSent) response.destroy();
    else sendStatus(response, tooLarge ? 413 : 500, { connection: 'close' });
  }
}
