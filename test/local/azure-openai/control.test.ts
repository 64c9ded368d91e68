import { describe, expect, it } from 'vitest';
import { errorOf, simulatorForTest } from './support.ts';

describe('GET /simulator/creates', () => {
  it('counts what was accepted, by route and by the hash of the canonical request', async () => {
    const { background, client, control } = await simulatorForTest();
    await background({ input: 'same', metadata: { a: '1', b: '2' } });
    await background({ metadata: { b: '2', a: '1' }, input: 'same' });
    await client.responses.create({ model: 'gpt-4.1', input: 'unstored', store: false });
    await errorOf(background({ model: 'no-such-model' }));

    const { body } = await control('GET', '/creates');
    expect(body).toMatchObject({ total: 3, byRoute: { 'POST /responses': 3 } });
    expect(new Set(Object.values(body.byRequestHash))).toEqual(new Set([1, 2]));
    for (const hash of Object.keys(body.byRequestHash)) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('hashes as RFC 8785 and SHA-256 say', async () => {
    const { control, url } = await simulatorForTest();
    await fetch(`${url}responses`, {
      method: 'POST',
      headers: { 'api-key': 'any' },
      body: '{ "model" : "gpt-4.1", "input" : "\\u0041" }',
    });
    // printf '{"input":"A","model":"gpt-4.1"}' | sha256sum
    const hash = '8a6714f6958ebddf778f9f689906cce187ba71730014c7d6e959a749dff6d16d';
    expect((await control('GET', '/creates')).body.byRequestHash).toEqual({ [hash]: 1 });
  });
});

describe('GET /simulator/requests', () => {
  it('tells what was asked, newest first, without secrets', async () => {
    const { background, client, control } = await simulatorForTest();
    const { id } = await background();
    await errorOf(client.responses.retrieve('resp_none'));
    await client.responses.cancel(id);

    const { body } = await control('GET', '/requests');
    expect(body.value).toMatchObject([
      { method: 'POST', route: 'POST /responses/{id}/cancel', status: 200, deployment: 'o3-pro' },
      { method: 'GET', route: 'GET /responses/{id}', status: 404, deployment: null },
      {
        method: 'POST',
        path: '/openai/v1/responses',
        status: 200,
        time: '2026-11-20T12:00:00.000Z',
        deployment: 'o3-pro',
        requestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        headers: { authorization: '[redacted]', 'content-type': 'application/json' },
      },
    ]);
    expect(JSON.stringify(body)).not.toContain('any-key');
  });

  it('tells of faults, of cut connections and of unknown routes', async () => {
    const { client, control, fault, url } = await simulatorForTest();
    await fault({ cutBeforeProcessing: true });
    await expect(client.models.list()).rejects.toThrow();
    await fetch(`${url}nothing`, { headers: { 'api-key': 'any' } });
    expect((await control('GET', '/requests?top=2')).body.value).toMatchObject([
      { route: null, status: 404, faultId: null },
      { route: 'GET /models', status: null, faultId: 1 },
    ]);
  });

  it('gives as many as asked', async () => {
    const { client, control } = await simulatorForTest();
    await client.models.list();
    await client.models.list();
    expect((await control('GET', '/requests?top=1')).body.value).toHaveLength(1);
    expect((await control('GET', '/requests?top=none')).status).toBe(400);
  });
});

describe('GET /simulator/status', () => {
  it('tells the time and how many requests are open', async () => {
    const { background, control, fault } = await simulatorForTest();
    await fault({ route: 'POST /responses', delayMs: 150 });
    const waiting = background();
    await expect
      .poll(async () => (await control('GET', '/status')).body.openRequests, { interval: 5 })
      .toBe(1);
    await waiting;
    expect((await control('GET', '/status')).body).toMatchObject({
      now: '2026-11-20T12:00:00.000Z',
      openRequests: 0,
      creates: 1,
      faults: 0,
    });
  });
});

describe('POST /simulator/reset', () => {
  it('forgets everything', async () => {
    const { background, client, control, fault } = await simulatorForTest();
    const { id } = await background();
    await fault({ status: 503, times: null });
    expect((await control('POST', '/reset')).status).toBe(204);
    expect((await errorOf(client.responses.retrieve(id))).status).toBe(404);
    expect((await control('GET', '/creates')).body).toEqual({
      total: 0,
      byRoute: {},
      byRequestHash: {},
    });
  });
});

describe('an unknown control route', () => {
  it('is answered with those that there are', async () => {
    const { control } = await simulatorForTest();
    const { status, body } = await control('GET', '/nothing');
    expect(status).toBe(404);
    expect(body.error.message).toContain('POST /faults');
  });
});
