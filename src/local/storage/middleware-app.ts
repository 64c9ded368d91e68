import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse, type ParsedUrlQuery } from 'node:querystring';

/** What Express adds to a request, as far as Azurite reads it. */
interface Request extends IncomingMessage {
  path: string;
  query: ParsedUrlQuery;
  protocol: string;
  hostname: string;
  ip: string | undefined;
  baseUrl: string;
  header(name: string): string | string[] | undefined;
}

interface Response extends ServerResponse {
  locals: object;
  status(code: number): Response;
}

type Next = (error?: unknown) => void;
/** Calls `next` with its failures; a promise that it returns is not looked at, and Azurite's return none. */
type Handler = (request: Request, response: Response, next: Next) => unknown;
/** Told from a {@link Handler} by its four parameters. */
export type ErrorHandler = (
  error: unknown,
  request: Request,
  response: Response,
  next: Next,
) => unknown;

export interface MiddlewareApp {
  (request: IncomingMessage, response: ServerResponse): void;
  use(handler: Handler): MiddlewareApp;
  use(handler: ErrorHandler): MiddlewareApp;
  disable(setting: string): MiddlewareApp;
}

/**
 * What Azurite uses of Express 5: handlers that follow each other whatever the path, and a few names on
 * requests and responses. Express itself is a tenth of the processor time of a storage operation, mostly
 * because it gives each request and response another prototype, and of that to load Azurite a seventh.
 */
export function middlewareApp(): MiddlewareApp {
  const handlers: (Handler | ErrorHandler)[] = [];
  const app: MiddlewareApp = (message, answer) => {
    const request = asRequest(message);
    passOn(handlers, request, asResponse(answer));
  };
  app.use = (handler: Handler | ErrorHandler) => {
    handlers.push(handler);
    return app;
  };
  // The settings of Express are of things that this has not.
  app.disable = () => app;
  return app;
}

function passOn(
  handlers: readonly (Handler | ErrorHandler)[],
  request: Request,
  response: Response,
): void {
  let place = 0;
  const next: Next = (error) => {
    const handler = handlers[place];
    place += 1;
    if (handler === undefined) return end(response, error);
    if (isErrorHandler(handler) !== Boolean(error)) return next(error);
    try {
      if (isErrorHandler(handler)) handler(error, request, response, next);
      else handler(request, response, next);
    } catch (thrown) {
      next(thrown);
    }
  };
  next();
}

function isErrorHandler(handler: Handler | ErrorHandler): handler is ErrorHandler {
  return handler.length === 4;
}

/** What no handler has answered. */
function end(response: Response, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = error ? 500 : 404;
  response.end();
}

function asRequest(message: IncomingMessage): Request {
  const { url = '/', headers } = message;
  const mark = url.indexOf('?');
  return Object.assign(message, {
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? {} : parse(url.slice(mark + 1)),
    protocol: 'http',
    hostname: (headers.host ?? '').replace(/:\d*$/, ''),
    ip: message.socket.remoteAddress,
    baseUrl: '',
    header,
  });
}

function header(this: IncomingMessage, name: string): string | string[] | undefined {
  return this.headers[name.toLowerCase()];
}

function asResponse(answer: ServerResponse): Response {
  return Object.assign(answer, { locals: {}, status });
}

function status(this: Response, code: number): Response {
  this.statusCode = code;
  return this;
}
