import { APIConnectionTimeoutError } from 'openai';
import { describe, expect, it } from 'vitest';
import { DURATION_SECONDS, errorOf, simulatorForTest, type TestSimulator } from './support.ts';

const CREATE = 'POST /responses';
const READ = 'GET /responses/{id}';

async function creates(simulator: TestSimulator): Promise<number> {
  return (await simulator.control('GET', '/creates')).body.total;
}

describe('a fault with a status', () => {
  it('answers in place of the service, with headers, as often as asked', async () => {
    const simulator = await simulatorForTest();
    await simulator.fault({
      route: CREATE,
      times: 2,
      status: 429,
      headers: { 'retry-after': '86400', 'retry-after-ms': '86400000' },
    });
    for (const _attempt of [1, 2]) {
      const error = await errorOf(simulator.background());
      expect(error).toMatchObject({ status: 429, code: '429' });
      expect(error.headers?.get('retry-after')).toBe('86400');
    }
    expect(await creates(simulator)).toBe(0);
    expect((await simulator.background()).status).toBe('queued');
  });

  it.each([401, 404, 408, 500, 503, 504])('has a body of its own for %d', async (status) => {
    const simulator = await simulatorForTest();
    await simulator.fault({ route: READ, status });
    const error = await errorOf(simulator.client.responses.retrieve('resp_any'));
    expect(error.status).toBe(status);
    expect(error.message).not.toBe(`${status} status code (no body)`);
  });

  it('sends the body that was given', async () => {
    const simulator = await simulatorForTest();
    await simulator.fault({ route: READ, status: 500, body: { error: { code: 'odd' } } });
    expect(await errorOf(simulator.client.responses.retrieve('resp_any'))).toMatchObject({
      status: 500,
      code: 'odd',
    });
  });

  it('with answerLost stands in for the answer to work that was accepted', async () => {
    const simulator = await simulatorForTest();
    await simulator.fault({ route: CREATE, status: 504, answerLost: true });
    expect((await errorOf(simulator.background())).status).toBe(504);
    expect(await creates(simulator)).toBe(1);
  });
});

describe('a fault that cuts the connection', () => {
  it.each([
    ['cutBeforeProcessing', { cutBeforeProcessing: true }, 0],
    ['cutAfterBytes: 0', { cutAfterBytes: 0 }, 0],
    ['cutAfterBytes: 20', { cutAfterBytes: 20 }, 1],
    ['answerLost', { answerLost: true }, 1],
  ])('with %s leaves the right number of creates', async (_name, effect, accepted) => {
    const simulator = await simulatorForTest();
    await simulator.fault({ route: CREATE, ...effect });
    await expect(simulator.background()).rejects.toThrow();
    expect(await creates(simulator)).toBe(accepted);
  });

  it('lets as many bytes of the body through as it says', async () => {
    const { fault, url } = await simulatorForTest();
    await fault({ route: 'GET /models', cutAfterBytes: 10 });
    const answer = await fetch(`${url}models`, { headers: { 'api-key': 'any' } });
    expect(answer.status).toBe(200);
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe('{"object":');
    await expect(reader?.read()).rejects.toThrow();
  });

  it('cuts a stream, which can be taken up again where it broke', async () => {
    const { client, fault } = await simulatorForTest({
      durations: { minSeconds: 0, maxSeconds: 0 },
    });
    await fault({ route: CREATE, cutAfterBytes: 5_000 });
    const seen: number[] = [];
    let id = '';
    const request = { model: 'gpt-5.1', input: 'Why?', background: true, stream: true } as const;
    await expect(async () => {
      for await (const event of await client.responses.create(request)) {
        seen.push(event.sequence_number);
        if (event.type === 'response.created') id = event.response.id;
      }
    }).rejects.toThrow();
    const starting_after = seen.at(-1) ?? -1;
    for await (const event of await client.responses.retrieve(id, {
      stream: true,
      starting_after,
    })) {
      seen.push(event.sequence_number);
    }
    expect(seen).toEqual(seen.map((_, index) => index));
  });
});

describe('a fault that changes an answer', () => {
  it('sends a body that no client can parse, for work that was accepted', async () => {
    const simulator = await simulatorForTest();
    await simulator.fault({ route: CREATE, body: '<html>' });
    await expect(simulator.background()).rejects.toThrow();
    expect(await creates(simulator)).toBe(1);
  });

  it('adds headers', async () => {
    const { client, fault } = await simulatorForTest();
    await fault({ route: 'GET /models', headers: { 'x-extra': 'yes' } });
    const { response } = await client.models.list().withResponse();
    expect(response.headers.get('x-extra')).toBe('yes');
  });

  it('delays it, until after the work was accepted and the client has given up', async () => {
    const simulator = await simulatorForTest();
    await simulator.fault({ route: CREATE, delayMs: 60_000 });
    const impatient = simulator.client.withOptions({ timeout: 100 });
    const call = impatient.responses.create({ model: 'o3-pro', input: 'Why?', background: true });
    await expect(call).rejects.toThrow(APIConnectionTimeoutError);
    expect(await creates(simulator)).toBe(1);
  });
});

describe('the outcome of a response', () => {
  it.each([
    { status: 'failed', error: { code: 'server_error', message: 'It broke.' } },
    { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Too much.' } },
    { status: 'incomplete', reason: 'content_filter' },
    { status: 'cancelled' },
  ])('is %j when asked for', async (outcome) => {
    const { background, client, fault, time } = await simulatorForTest();
    await fault({ route: CREATE, outcome });
    const { id } = await background();
    time.advance(DURATION_SECONDS);
    const ended = await client.responses.retrieve(id);
    expect(ended).toMatchObject({
      status: outcome.status,
      completed_at: null,
      error: 'error' in outcome ? outcome.error : null,
      incomplete_details: 'reason' in outcome ? { reason: outcome.reason } : null,
    });
    const partial = [{ type: 'reasoning' }, { type: 'message', status: 'incomplete' }];
    expect(ended.output).toMatchObject(outcome.status === 'incomplete' ? partial : []);
  });

  it('may come after a status that nobody knows', async () => {
    const { background, client, fault, time } = await simulatorForTest();
    await fault({
      route: CREATE,
      outcome: { status: 'rehydrating', seconds: 30, next: { status: 'completed' } },
    });
    const { id } = await background();
    time.advance(DURATION_SECONDS);
    expect((await client.responses.retrieve(id)).status).toBe('rehydrating');
    time.advance(30);
    expect((await client.responses.retrieve(id)).status).toBe('completed');
  });

  it('may be a status that nobody knows, for ever', async () => {
    const { background, client, fault, time } = await simulatorForTest();
    await fault({ route: CREATE, outcome: { status: 'rehydrating' } });
    const { id } = await background();
    time.advance(DURATION_SECONDS * 1000);
    expect((await client.responses.retrieve(id)).status).toBe('rehydrating');
  });

  it('may be spelled in another way', async () => {
    const { background, client, fault, time } = await simulatorForTest();
    await fault({ route: CREATE, statusText: 'Completed' });
    const { id } = await background();
    time.advance(DURATION_SECONDS);
    const ended = await client.responses.retrieve(id);
    expect(ended.status).toBe('Completed');
    expect(ended.output_text).not.toBe('');
  });

  it('may take as long as asked, and read with nulls until then', async () => {
    const { background, client, fault, time } = await simulatorForTest();
    await fault({ route: CREATE, durationSeconds: 3600, nullsWhileRunning: true });
    const { id } = await background();
    time.advance(3599);
    // The client's own parsing of `output` fails on null, so its raw answer is read.
    const raw = await client.responses.retrieve(id).asResponse();
    expect(await raw.json()).toMatchObject({
      status: 'in_progress',
      created_at: null,
      output: null,
    });
    time.advance(1);
    const completed = await client.responses.retrieve(id);
    expect(completed.status).toBe('completed');
    expect(completed.created_at).toBeGreaterThan(0);
  });

  it('holds for a response without background as well', async () => {
    const { client, fault } = await simulatorForTest();
    const error = { code: 'server_error', message: 'It broke.' };
    await fault({ route: CREATE, outcome: { status: 'failed', error } });
    expect(await client.responses.create({ model: 'gpt-4.1', input: 'Why?' })).toMatchObject({
      status: 'failed',
      error,
      output: [],
    });
  });
});

describe('the fault plan', () => {
  it('takes faults of a route in the order they were added', async () => {
    const { background, fault } = await simulatorForTest();
    await fault({ route: CREATE, status: 500 });
    await fault({ route: CREATE, status: 503 });
    expect((await errorOf(background())).status).toBe(500);
    expect((await errorOf(background())).status).toBe(503);
    await background();
  });

  it('goes on for ever when times is null, until it is cleared', async () => {
    const { background, control, fault } = await simulatorForTest();
    await fault({ times: null, status: 503 });
    await errorOf(background());
    await errorOf(background());
    expect((await control('GET', '/faults')).body).toMatchObject({
      value: [{ remaining: null, fault: { route: '*', status: 503 } }],
    });
    await control('DELETE', '/faults');
    await background();
    expect((await control('GET', '/faults')).body).toEqual({ value: [] });
  });

  it('lists what is left of each fault', async () => {
    const { background, control, fault } = await simulatorForTest();
    await fault({ route: CREATE, times: 3, status: 500 });
    await errorOf(background());
    const { body } = await control('GET', '/faults');
    expect(body.value).toMatchObject([{ remaining: 2, fault: { times: 3 } }]);
  });

  it('leaves other routes alone', async () => {
    const { background, client, fault } = await simulatorForTest();
    await fault({ route: 'POST /responses/{id}/cancel', status: 503 });
    const { id } = await background();
    await client.responses.retrieve(id);
    expect((await errorOf(client.responses.cancel(id))).status).toBe(503);
  });

  it.each([
    { bodyContains: 'unlucky' },
    { deploymentName: 'o3-pro-unlucky' },
    { bodyContains: 'unlucky', deploymentName: 'o3-pro-unlucky' },
  ])('meets only requests that match %j', async (match) => {
    const { background, fault } = await simulatorForTest();
    await fault({ route: CREATE, match, status: 500 });
    await background({ model: 'o3-pro', input: 'lucky' });
    const unlucky = background({ model: 'o3-pro-unlucky', input: 'unlucky' });
    expect((await errorOf(unlucky)).status).toBe(500);
  });

  it('follows a job by the hash of the request that created it', async () => {
    const { background, client, control, fault } = await simulatorForTest();
    const [one, other] = [await background({ input: '1' }), await background({ input: '2' })];
    const requestHash = (await control('GET', '/requests?top=1')).body.value[0].requestHash;
    await fault({ route: READ, match: { requestHash }, status: 500 });
    await client.responses.retrieve(one.id);
    expect((await errorOf(client.responses.retrieve(other.id))).status).toBe(500);
  });

  it('does not meet a request that is refused for its key', async () => {
    const { background, fault, url } = await simulatorForTest();
    await fault({ status: 503 });
    expect((await fetch(`${url}models`)).status).toBe(401);
    expect((await errorOf(background())).status).toBe(503);
  });

  it.each([
    [{ route: 'GET /nothing' }, 'route', 'POST /responses/{id}/cancel'],
    [{ route: READ, outcome: { status: 'completed' } }, 'outcome', 'POST /responses'],
    [{ durationSeconds: 1 }, 'durationSeconds', 'POST /responses'],
    [{ cutBeforeProcessing: true, answerLost: true }, 'cutBeforeProcessing', 'no answer'],
    [{ cutAfterBytes: 0, status: 500 }, 'cutBeforeProcessing', 'no answer'],
    [{ times: 0 }, 'times', '>0'],
    [{ sttaus: 500 }, '$', 'sttaus'],
    [{ route: CREATE, outcome: { status: 'failed' } }, 'outcome', 'Invalid input'],
  ])('refuses %j with a reason', async (fault, field, reason) => {
    const simulator = await simulatorForTest();
    const { status, body } = await simulator.fault(fault);
    expect(status).toBe(400);
    expect(body.error.param).toContain(field);
    expect(body.error.message).toContain(reason);
  });
});
