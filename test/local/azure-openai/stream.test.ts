import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import { DURATION_SECONDS, errorOf, simulatorForTest } from './support.ts';

async function collect(stream: AsyncIterable<ResponseStreamEvent>): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('a streamed response', () => {
  it('tells of its life in numbered events, of which the last holds the whole response', async () => {
    const { client } = await simulatorForTest();
    const request = { model: 'gpt-5.1', input: 'Why?', stream: true } as const;
    const events = await collect(await client.responses.create(request));

    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.slice(0, 2).map((event) => event.type)).toEqual([
      'response.created',
      'response.in_progress',
    ]);
    const last = events.at(-1);
    const deltas = events
      .filter((event) => event.type === 'response.output_text.delta')
      .map((event) => event.delta);
    expect(last?.type).toBe('response.completed');
    expect(last).toMatchObject({
      response: {
        status: 'completed',
        output: [{ type: 'reasoning' }, { type: 'message', content: [{ text: deltas.join('') }] }],
      },
    });
  });

  it('goes out as server-sent events without an end mark, and with the rate limits', async () => {
    const { url } = await simulatorForTest();
    const answer = await fetch(`${url}responses`, {
      method: 'POST',
      headers: { 'api-key': 'any' },
      body: JSON.stringify({ model: 'gpt-4.1', input: 'Why?', stream: true }),
    });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('x-ratelimit-remaining-requests')).not.toBeNull();
    const text = await answer.text();
    expect(text).toMatch(/^event: response\.created\ndata: \{.*\}\n\n/);
    expect(text).toMatch(/event: response\.completed\ndata: \{.*\}\n\n$/);
  });

  it('adds up in the client to the response that is stored', async () => {
    const { client } = await simulatorForTest();
    const stream = client.responses.stream({ model: 'gpt-4.1', input: 'Why?' });
    const final = await stream.finalResponse();
    const stored = await client.responses.retrieve(final.id);
    expect(final.output_text).toBe(stored.output_text);
    expect(final.output_text).toContain('Why?');
  });

  it('cannot be replayed unless it is streamed in the background', async () => {
    const { client, background } = await simulatorForTest();
    const plain = await client.responses.create({ model: 'gpt-4.1', input: 'Why?' });
    const unstreamed = await background();
    for (const [id, flag] of [
      [plain.id, 'background'],
      [unstreamed.id, 'stream'],
    ] as const) {
      const error = await errorOf(client.responses.retrieve(id, { stream: true }));
      expect(error.status).toBe(400);
      expect(error.param).toBe('stream');
      expect(error.message).toContain(`created with ${flag}=true`);
    }
  });
});

describe('a response streamed in the background', () => {
  const request = { model: 'gpt-5.1', input: 'Why?', background: true, stream: true } as const;

  it('sends events when they come due', async () => {
    const { client, time } = await simulatorForTest();
    const types: string[] = [];
    for await (const event of await client.responses.create(request)) {
      types.push(event.type);
      if (event.type === 'response.queued') time.advance(DURATION_SECONDS / 2);
      if (event.type === 'response.in_progress') time.advance(DURATION_SECONDS / 2);
    }
    expect(types.slice(0, 3)).toEqual([
      'response.created',
      'response.queued',
      'response.in_progress',
    ]);
    expect(types.at(-1)).toBe('response.completed');
  });

  it('ends with response.failed of status cancelled when it is cancelled', async () => {
    const { client } = await simulatorForTest();
    const events: ResponseStreamEvent[] = [];
    for await (const event of await client.responses.create(request)) {
      events.push(event);
      if (event.type === 'response.queued') await client.responses.cancel(event.response.id);
    }
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'cancelled', output: [] },
    });
  });

  it('is replayed after a number, empty after the last, and refused after five minutes', async () => {
    const { client, fault, time } = await simulatorForTest();
    await fault({ route: 'POST /responses', durationSeconds: 0 });
    const events = await collect(await client.responses.create(request));
    const first = events[0];
    const id = first?.type === 'response.created' ? first.response.id : '';
    const replay = (starting_after: number) =>
      client.responses.retrieve(id, { stream: true, starting_after });

    expect(await collect(await replay(3))).toEqual(events.slice(4));
    expect(await collect(await replay(events.length))).toEqual([]);
    const number = await errorOf(replay(Number.NaN));
    expect(number).toMatchObject({ status: 400, param: 'starting_after' });
    time.advance(301);
    expect((await errorOf(replay(3))).message).toContain('more than 5 minutes old');
    expect((await client.responses.retrieve(id)).status).toBe('completed');
  });
});
