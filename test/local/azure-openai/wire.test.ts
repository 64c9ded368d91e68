import { describe, expect, it } from 'vitest';
import { clientOf, errorOf, simulatorForTest } from './support.ts';

describe('credentials', () => {
  it('are an api-key or a bearer, whatever they are', async () => {
    const { url } = await simulatorForTest();
    for (const headers of [{ 'api-key': 'k' }, { authorization: 'Bearer k' }]) {
      expect((await fetch(`${url}models`, { headers })).status).toBe(200);
    }
  });

  it.each([{}, { 'api-key': '' }, { authorization: 'Basic k' }, { authorization: 'Bearer ' }])(
    'are missing from %j',
    async (headers) => {
      const { url } = await simulatorForTest();
      const answer = await fetch(`${url}models`, { headers: headers as Record<string, string> });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({
        error: { code: '401', message: expect.stringContaining('invalid subscription key') },
      });
    },
  );

  it('must be the one key, when one is set', async () => {
    const { url } = await simulatorForTest({ apiKey: 'right' });
    expect((await errorOf(clientOf(url, 'wrong').models.list())).status).toBe(401);
    await clientOf(url, 'right').models.list();
  });
});

describe('api-version', () => {
  it.each(['', '?api-version=v1', '?api-version=preview', '?api-version=2025-04-01-preview'])(
    'may be %j',
    async (query) => {
      const { url } = await simulatorForTest();
      const answer = await fetch(`${url}models${query}`, { headers: { 'api-key': 'k' } });
      expect(answer.status).toBe(200);
    },
  );

  it('must not be dated', async () => {
    const { url } = await simulatorForTest();
    const answer = await fetch(`${url}models?api-version=2024-10-21`, {
      headers: { 'api-key': 'k' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      error: { code: 'BadRequest', message: 'API version not supported' },
    });
  });
});

describe('an unknown route', () => {
  it.each([
    ['GET', 'openai/v1/nothing'],
    ['GET', 'openai/v1/responses'],
    ['PUT', 'openai/v1/responses/resp_1'],
    ['POST', 'openai/v1/chat/completions'],
    ['GET', 'openai/deployments'],
  ])('%s /%s is not found', async (method, path) => {
    const { url } = await simulatorForTest();
    const answer = await fetch(new URL(`/${path}`, url), { method, headers: { 'api-key': 'k' } });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: { code: '404', message: 'Resource not found' } });
  });
});

describe('every answer', () => {
  it('names itself and the region, and repeats the id that the client gave', async () => {
    const { client, url } = await simulatorForTest();
    const { response } = await client.models
      .list({ headers: { 'x-ms-client-request-id': 'mine' } })
      .withResponse();
    expect(response.headers.get('apim-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('x-ms-region')).toBe('Sweden Central');
    expect(response.headers.get('x-ms-client-request-id')).toBe('mine');
    expect((await fetch(`${url}models`)).headers.get('apim-request-id')).not.toBeNull();
  });

  it('to a create tells what is left of the rate limit', async () => {
    const { background, client, time } = await simulatorForTest();
    const remaining = async () => {
      const { response } = await client.responses
        .create({ model: 'o3-pro', input: 'Why?', background: true })
        .withResponse();
      return response.headers.get('x-ratelimit-remaining-requests');
    };
    await background({ model: 'codex-mini' });
    expect(await remaining()).toBe('159');
    expect(await remaining()).toBe('158');
    time.advance(61);
    expect(await remaining()).toBe('159');
  });
});

describe('GET /models', () => {
  it('lists the models of the region, whatever is deployed', async () => {
    const { client } = await simulatorForTest({ deployments: { mine: 'o3' } });
    const { data } = await client.models.list();
    expect(data).toContainEqual({
      id: 'o3-pro',
      object: 'model',
      created: Date.UTC(2025, 5, 10) / 1000,
      owned_by: 'openai',
    });
    expect((await client.models.retrieve('gpt-5.1')).id).toBe('gpt-5.1');
    expect((await errorOf(client.models.retrieve('mine'))).status).toBe(404);
  });
});
