import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from './call.ts';
import { CONTROL_PATH, controlRoutes, handleControl } from './control.ts';
import { deliver, holdBack, type Delivery } from './delivery.ts';
import { errors } from './errors.ts';
import { receiveForm, type Form } from './form.ts';
import { boundaryOf, MultipartError } from './multipart.ts';
import { REGION } from './region.ts';
import type { Services } from './services.ts';
import { errorAnswer, exchange, matchOf, type Api } from './exchange.ts';
import type { RouteMatch } from './routes.ts';

/** The service's own limit is not published; batch input, which is larger, comes as files. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

export interface HttpServer {
  port: number;
  /** Cuts whatever is open. */
  close(): Promise<void>;
}

/**
 * Serves APIs and their control interface over HTTP on this machine alone.
 * @param port 0 takes a free one.
 */
export async function serve(
  services: Services,
  apis: readonly Api[],
  port: number,
): Promise<HttpServer> {
  const handler = new RequestHandler(services, apis);
  const server = createServer((request, response) => void handler.handle(request, response));
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
      await handler.idle();
    },
  };
}

class RequestHandler {
  readonly #services: Services;
  readonly #apis: readonly Api[];
  readonly #control: ReturnType<typeof controlRoutes>;
  readonly #running = new Set<Promise<void>>();
  #openRequests = 0;

  constructor(services: Services, apis: readonly Api[]) {
    this.#services = services;
    this.#apis = apis;
    const routes = apis.flatMap((api) => api.routes);
    this.#control = controlRoutes(services, routes, () => this.#openRequests);
  }

  /** Settles when no request is being handled. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const handling = this.#handle(request, response).catch((error: unknown) => {
      if (!response.destroyed) console.error(error);
      response.destroy();
    });
    this.#running.add(handling);
    await handling;
    this.#running.delete(handling);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const delivery = await this.#decide(request, gone.signal);
    await deliver(delivery, response, commonHeaders(request), gone.signal);
  }

  async #decide(request: IncomingMessage, signal: AbortSignal): Promise<Delivery> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (isBelow(CONTROL_PATH, url)) return this.#controlDelivery(request, url);
    // A stream that has begun is no longer counted: it may wait for time, and time for no request.
    this.#openRequests += 1;
    try {
      const delivery = await this.#apiDelivery(request, url);
      await holdBack(delivery.delayMs ?? 0, signal);
      return delivery;
    } finally {
      this.#openRequests -= 1;
    }
  }

  async #apiDelivery(request: IncomingMessage, url: URL): Promise<Delivery> {
    const api = this.#apis.find(({ path }) => path.test(url.pathname));
    if (api === undefined) return { answer: errorAnswer(errors.resourceNotFound()) };
    const match = matchOf(api, request.method ?? 'GET', url);
    const form = await this.#form(request, match);
    try {
      const call = await callOf(request, url, this.#services.clock.now(), form);
      return await prepared(api, call, match);
    } finally {
      await form?.discard();
    }
  }

  /** A body that is no form after all is left to the route to refuse. */
  async #form(request: IncomingMessage, match?: RouteMatch): Promise<Form | undefined> {
    const boundary = boundaryOf(request.headers['content-type']);
    if (match?.route.form === undefined || boundary === undefined) return undefined;
    try {
      return await receiveForm(request, boundary, this.#services.contents, match.route.form());
    } catch (error) {
      if (error instanceof MultipartError) return undefined;
      throw error;
    }
  }

  async #controlDelivery(request: IncomingMessage, url: URL): Promise<Delivery> {
    const call = await callOf(request, url, this.#services.clock.now());
    try {
      return { answer: handleControl(this.#control, call) };
    } catch (error) {
      return { answer: errorAnswer(error) };
    }
  }
}

async function callOf(request: IncomingMessage, url: URL, at: number, form?: Form): Promise<Call> {
  const body = form === undefined ? await readBody(request) : fieldsOf(form);
  return {
    method: request.method ?? 'GET',
    url,
    headers: request.headers,
    body,
    ...(form === undefined ? {} : { form }),
    at,
  };
}

async function prepared(api: Api, call: Call, match: RouteMatch | undefined): Promise<Delivery> {
  if (call.body.length > BODY_LIMIT_BYTES) {
    return { answer: errorAnswer(errors.bodyTooLarge(BODY_LIMIT_BYTES)) };
  }
  await match?.route.prepare?.(call, match.id);
  return exchange(api, call);
}

/** As JSON, for those who look for something in a body. */
function fieldsOf({ fields }: Form): Buffer {
  return Buffer.from(JSON.stringify(fields));
}

function isBelow(path: string, url: URL): boolean {
  return url.pathname.startsWith(`${path}/`);
}

/** Reads to the end, but keeps no more than tells that the limit was passed. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    if (length <= BODY_LIMIT_BYTES) pieces.push(piece);
    length += piece.length;
  }
  return Buffer.concat(pieces);
}

function commonHeaders({ headers }: IncomingMessage): Record<string, string> {
  const clientRequestId = headers['x-ms-client-request-id'];
  return {
    'apim-request-id': randomUUID(),
    'x-request-id': randomUUID(),
    'x-ms-region': REGION,
    ...(typeof clientRequestId === 'string' ? { 'x-ms-client-request-id': clientRequestId } : {}),
  };
}
