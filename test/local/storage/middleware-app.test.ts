import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  middlewareApp,
  type ErrorHandler,
  type MiddlewareApp,
} from '../../../src/local/storage/middleware-app.ts';

const azurite = createRequire(createRequire(import.meta.url).resolve('azurite/package.json'));
const express = azurite('express') as () => MiddlewareApp;

interface Answer {
  status: number;
  body: string;
}

async function answerOf(listener: RequestListener, path: string): Promise<Answer> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { 'X-Ms-Date': 'now' },
    });
    const body = (await response.text()).replaceAll(String(port), 'PORT');
    return { status: response.status, body };
  } finally {
    server.close();
  }
}

/** Makes the same app of Express and of what stands in for it, and asks both. */
async function both(build: (app: MiddlewareApp) => void, path: string): Promise<[Answer, Answer]> {
  const apps = [express(), middlewareApp()] as const;
  for (const app of apps) build(app.disable('x-powered-by'));
  return Promise.all([answerOf(apps[0], path), answerOf(apps[1], path)]);
}

describe('what Azurite reads of a request is what Express says', () => {
  const paths = [
    '/account/jobs()',
    '/account/jobs()?$filter=a%20eq%20%27b%27&$top=3',
    '/account/box?restype=container&comp=list&prefix=&marker=a%2Fb',
    '/account/box/a%20b/c?snapshot=1&snapshot=2',
    "/account/jobs(PartitionKey='%C3%A4',RowKey='%3F')",
    '/account/box?',
    '/',
  ];

  test.each(paths)('%s', async (path) => {
    const [expected, found] = await both((app) => {
      app.use((request, response) => {
        const { method, url, path: pathname, query, protocol, hostname, ip, baseUrl } = request;
        const header = [request.header('X-MS-Date'), request.header('missing')];
        const seen = { method, url, pathname, query, protocol, hostname, ip, baseUrl, header };
        response.status(202).end(JSON.stringify(seen));
      });
    }, path);
    expect(found).toEqual(expected);
    expect(found.status).toBe(202);
  });
});

describe('handlers follow each other as in Express', () => {
  const tell: ErrorHandler = (error, _request, response, _next) => {
    response.status(418).end(`handled ${(error as Error).message}`);
  };
  const mend: ErrorHandler = (_error, _request, response, next) => {
    response.status(400);
    next();
  };

  test('and hand things on in the locals of the response', async () => {
    const [expected, found] = await both((app) => {
      app.use((_request, response, next) => {
        Object.assign(response.locals, { said: 'hello' });
        next();
      });
      app.use(tell);
      app.use((_request, response) => response.end(JSON.stringify(response.locals)));
    }, '/');
    expect(found).toEqual(expected);
    expect(found).toEqual({ status: 200, body: '{"said":"hello"}' });
  });

  const failures: Record<string, (next: (error: unknown) => void) => unknown> = {
    'is handed on': (next) => next(new Error('it')),
    'is thrown': () => {
      throw new Error('it');
    },
  };
  test.each(Object.entries(failures))('an error that %s skips to its handler', async (_, fail) => {
    const [expected, found] = await both((app) => {
      app.use((_request, _response, next) => fail(next));
      app.use((_request, response) => response.end('never'));
      app.use(tell);
    }, '/');
    expect(found).toEqual(expected);
    expect(found).toEqual({ status: 418, body: 'handled it' });
  });

  test('an error handler may let those after it go on', async () => {
    const [expected, found] = await both((app) => {
      app.use((_request, _response, next) => next(new Error('it')));
      app.use(mend);
      app.use((_request, response) => response.end('the end'));
    }, '/');
    expect(found).toEqual(expected);
    expect(found).toEqual({ status: 400, body: 'the end' });
  });

  test('what nobody answers is not found, what nobody handles is an error', async () => {
    const lost = await both((app) => app.use((_request, _response, next) => next()), '/');
    expect(lost.map(({ status }) => status)).toEqual([404, 404]);
    const failed = await both((app) => app.use((_request, _response, next) => next('bad')), '/');
    expect(failed.map(({ status }) => status)).toEqual([500, 500]);
  });
});
