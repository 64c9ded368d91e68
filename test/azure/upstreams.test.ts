import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer as createRawServer, type AddressInfo } from 'node:net';
import type { TokenCredential } from '@azure/identity';
import { describe, expect, test } from 'vitest';
import { connectionFailure } from '../../src/azure/connection-failure.ts';
import { openAIUpstream } from '../../src/azure/openai-upstream.ts';
import { OpenAIDeployments } from '../../src/azure/upstreams.ts';
import { parseSettings } from '../../src/azure/settings.ts';
import type { UpstreamRequest } from '../../src/kinds/upstream.ts';
import { freePort } from '../support/azurite.ts';
import { failureOf, noCredential, serve, stopLater, upstreamAt } from './upstream-server.ts';

const create: UpstreamRequest = { method: 'POST', path: '/responses', body: { input: 'private' } };

describe('an answer of upstream', () => {
  test('comes with status, headers and body', async () => {
    const { base, seen } = await serve((_, response) => {
      response.writeHead(200, { 'X-Request-Id': 'r1', 'content-type': 'application/json' });
      response.end('{"id":"resp_1"}');
    });
    const reply = await upstreamAt(base).send({ ...create, headers: { 'x-extra': 'yes' } });
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'x-request-id': 'r1' },
      body: { id: 'resp_1' },
    });
    expect(seen).toEqual([
      expect.objectContaining({
        method: 'POST',
        url: '/openai/v1/responses',
        body: '{"input":"private"}',
      }),
    ]);
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer sesame', 'x-extra': 'yes' });
  });

  test('is asked for with few headers of our own, since Azure refuses more than ten', async () => {
    const { base, seen } = await serve((_, response) => response.end('{}'));
    await upstreamAt(base).send(create);
    await upstreamAt(base).send({ method: 'POST', path: '/files', form: [] });
    await upstreamAt(base).download({ path: '/files/a/content', headers: { range: 'bytes=1-' } });
    for (const { headers } of seen) {
      expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
    }
    expect(seen).toHaveLength(3);
  });

  test.each([
    [400, '{"error":{"code":"content_filter"}}', { error: { code: 'content_filter' } }],
    [
      404,
      '{"code":"flat","message":"as video answers"}',
      { code: 'flat', message: 'as video answers' },
    ],
    [409, '{}', {}],
    [429, 'slow down', undefined],
    [500, '', undefined],
    [503, '<html>', undefined],
    [200, 'not { json', undefined],
  ])('is passed on once when it is %i %s', async (status, text, body) => {
    const { base, seen } = await serve((_, response) => {
      response.writeHead(status, { 'retry-after': '1' }).end(text);
    });
    const reply = await upstreamAt(base).send(create);
    expect(reply).toMatchObject({ status, headers: { 'retry-after': '1' } });
    expect(reply.body).toEqual(body);
    expect(seen).toHaveLength(1);
  });

  test('that sends elsewhere is not followed', async () => {
    const { base, seen } = await serve((_, response) => {
      response.writeHead(307, { location: '/openai/v1/elsewhere' }).end();
    });
    expect((await upstreamAt(base).send(create)).status).toBe(307);
    expect(seen).toHaveLength(1);
  });

  test('may have no content', async () => {
    const { base } = await serve((_, response) => response.writeHead(204).end());
    const reply = await upstreamAt(base).send({ method: 'DELETE', path: '/files/a' });
    expect(reply).toMatchObject({ status: 204, body: undefined });
  });

  test('to the next call comes over a connection of its own', async () => {
    const { base, seen } = await serve((_, response) => response.end('{}'));
    const upstream = upstreamAt(base);
    await upstream.send(create);
    await upstream.send({ method: 'GET', path: '/responses/a' });
    expect(new Set(seen.map(({ port }) => port)).size).toBe(2);
  });
});

describe('a failure of the connection', () => {
  test('before it stood means that nothing was sent', async () => {
    const error = await failureOf(
      upstreamAt(`http://127.0.0.1:${await freePort()}/openai/v1/`).send(create),
    );
    expect(error).toMatchObject({
      sent: false,
      message: 'POST /responses found no connection (ECONNREFUSED)',
    });
  });

  test('by an unknown host means that nothing was sent', async () => {
    const error = await failureOf(upstreamAt('http://nowhere.invalid/openai/v1/').send(create));
    expect(error.sent).toBe(false);
  });

  test('for want of TLS means that nothing was sent', async () => {
    const { base } = await serve((_, response) => response.end('{}'));
    const error = await failureOf(upstreamAt(base.replace('http:', 'https:')).send(create));
    expect(error.sent).toBe(false);
  });

  test('after the request may mean that it was accepted', async () => {
    const { base, seen } = await serve((request) => request.socket.destroy());
    const error = await failureOf(upstreamAt(base).send(create));
    expect(error.sent).toBe(true);
    expect(seen).toHaveLength(1);
  });

  test('at the first byte may mean that it was accepted', async () => {
    const server = createRawServer((socket) =>
      socket.once('data', () => socket.resetAndDestroy()),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stopLater(async () => void server.close());
    const { port } = server.address() as AddressInfo;
    const error = await failureOf(upstreamAt(`http://127.0.0.1:${port}/openai/v1/`).send(create));
    expect(error.sent).toBe(true);
  });

  test.each([200, 500])('in the middle of the body of a %i is no answer', async (status) => {
    const { base } = await serve((request, response) => {
      response.writeHead(status, { 'content-length': '100' });
      response.write('{"id":', () => request.socket.destroy());
    });
    expect((await failureOf(upstreamAt(base).send(create))).sent).toBe(true);
  });

  test.each([
    ['the head', () => undefined],
    ['the body', (response: ServerResponse) => response.writeHead(200).write('{"id":')],
  ])('is what silence before %s becomes when the time is over', async (_, answer) => {
    const { base, seen } = await serve((_request, response) => void answer(response));
    const error = await failureOf(upstreamAt(base).send({ ...create, timeout: 100 }));
    expect(error.sent).toBe(true);
    expect(seen).toHaveLength(1);
  });

  test('tells neither key nor content', async () => {
    const { base } = await serve((request) => request.socket.destroy());
    const error = await failureOf(upstreamAt(base).send(create));
    expect(JSON.stringify([error.message, error.stack, error])).not.toMatch(/sesame|private/);
    expect(error.cause).toBeUndefined();
  });

  test.each([
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, false],
    [{ code: 'EHOSTUNREACH', syscall: 'connect' }, false],
    [{ code: 'ETIMEDOUT', syscall: 'connect' }, false],
    [{ errors: [{ code: 'ETIMEDOUT', syscall: 'connect' }] }, false],
    [{ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }, false],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, false],
    [{ code: 'ETIMEDOUT', syscall: 'read' }, true],
    [{ code: 'ECONNRESET' }, true],
    [{ code: 'EPIPE', syscall: 'write' }, true],
    [{ code: 'UND_ERR_SOCKET' }, true],
    [{ code: 'UND_ERR_HEADERS_TIMEOUT' }, true],
    [{ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }, true],
    [{ name: 'Unheard' }, true],
    ['text', true],
  ])('with %j was sent: %j', (cause, sent) => {
    expect(connectionFailure(new Error('outer', { cause })).sent).toBe(sent);
  });
});

describe('the identity of the app', () => {
  const accessTo = (baseUrl: string) => ({ baseUrl, tokenScope: 'https://scope/.default' });

  test('sends a token for the scope', async () => {
    const { base, seen } = await serve((_, response) => response.end('{}'));
    const scopes: unknown[] = [];
    const credential: TokenCredential = {
      async getToken(scope) {
        scopes.push(scope);
        return { token: 'a-token', expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
      },
    };
    await openAIUpstream(accessTo(base), () => credential, 1_000).send(create);
    expect(scopes.flat()).toEqual(['https://scope/.default']);
    expect(seen[0]?.headers.authorization).toBe('Bearer a-token');
  });

  test('that gets no token sends nothing', async () => {
    const { base, seen } = await serve((_, response) => response.end('{}'));
    const credential: TokenCredential = {
      getToken: () => Promise.reject(new Error('no identity here, sesame')),
    };
    const error = await failureOf(
      openAIUpstream(accessTo(base), () => credential, 1_000).send(create),
    );
    expect(error.sent).toBe(false);
    expect(error.message).toMatch(/was not sent, for want of a token/);
    expect(error.message).not.toContain('sesame');
    expect(seen).toEqual([]);
  });
});

describe('deployments', () => {
  const settings = parseSettings({
    DataStorage: 'UseDevelopmentStorage=true',
    ServiceBus: 'Endpoint=sb://localhost',
    AZURE_OPENAI_ENDPOINT: 'https://res.openai.azure.com',
    AZURE_OPENAI_API_KEY: 'sesame',
    DEPLOYMENTS: JSON.stringify({
      pro: { model: 'o3-pro', limits: { concurrent: 2, tokensPerMinute: null } },
      mini: {},
      film: { videoApi: 'jobs', exclusive: true, batchEndpoints: ['/v1/embeddings'] },
    }),
  });
  const deployments = new OpenAIDeployments(settings.deployments, {
    credential: noCredential,
    timeout: 1_000,
    documented: ({ model }) => (model ? { requestsPerMinute: 160, tokensPerMinute: 1_000 } : {}),
  });

  test('are those that the settings name, one client for each account', () => {
    const plain = { exclusive: false, batchEndpoints: [] };
    expect(deployments.named('pro')?.facts).toEqual({ ...plain, name: 'pro', model: 'o3-pro' });
    expect(deployments.named('mini')?.facts).toEqual({ ...plain, name: 'mini' });
    expect(deployments.named('film')?.facts).toEqual({
      name: 'film',
      videoApi: 'jobs',
      exclusive: true,
      batchEndpoints: ['/v1/embeddings'],
    });
    expect(deployments.named('mini')?.endpoint).toBe('https://res.openai.azure.com/openai/v1/');
    expect(deployments.named('mini')?.upstream).toBe(deployments.named('pro')?.upstream);
    expect(deployments.named('other')).toBeUndefined();
  });

  test('have the limits of their models where the settings give no others', () => {
    expect(deployments.named('pro')?.limits).toEqual({ concurrent: 2, requestsPerMinute: 160 });
    expect(deployments.named('mini')?.limits).toEqual({});
  });

  test('are listed without their keys', () => {
    expect(deployments.list()).toEqual([
      {
        name: 'pro',
        account: null,
        endpoint: 'https://res.openai.azure.com/openai/v1/',
        model: 'o3-pro',
        exclusive: false,
        limits: { concurrent: 2 },
      },
      expect.objectContaining({ name: 'mini', model: null, limits: {} }),
      expect.objectContaining({ name: 'film', exclusive: true }),
    ]);
  });

  test('send the API version that the settings name', async () => {
    const { base, seen } = await serve((_, response) => response.end('{}'));
    const access = { baseUrl: base, apiKey: 'k', apiVersion: 'preview', tokenScope: 'x' };
    const upstream = openAIUpstream(access, noCredential, 1_000);
    await upstream.send({ method: 'GET', path: '/responses/a?include[]=b' });
    expect(seen[0]?.url).toBe('/openai/v1/responses/a?include%5B%5D=b&api-version=preview');
  });
});
