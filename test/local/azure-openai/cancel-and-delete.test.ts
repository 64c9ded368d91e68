import { describe, expect, it } from 'vitest';
import { DURATION_SECONDS, errorOf, simulatorForTest, type TestSimulator } from './support.ts';
import { invalidRequest } from './shapes.ts';

async function endedWith(simulator: TestSimulator, outcome: unknown): Promise<string> {
  await simulator.fault({ route: 'POST /responses', outcome });
  const { id } = await simulator.background();
  simulator.time.advance(DURATION_SECONDS);
  return id;
}

describe('POST /responses/{id}/cancel', () => {
  it.each([0, DURATION_SECONDS / 2])(
    'cancels a background response that has run for %d s, for good',
    async (seconds) => {
      const { background, client, time } = await simulatorForTest();
      const { id } = await background();
      time.advance(seconds);
      const cancelled = await client.responses.cancel(id);
      expect(cancelled).toMatchObject({ status: 'cancelled', output: [], completed_at: null });
      time.advance(DURATION_SECONDS);
      expect((await client.responses.retrieve(id)).status).toBe('cancelled');
    },
  );

  it('answers a repeated cancel with the same response', async () => {
    const { background, client, time } = await simulatorForTest();
    const { id } = await background();
    const first = await client.responses.cancel(id);
    time.advance(1);
    expect(await client.responses.cancel(id)).toEqual(first);
  });

  it.each([
    [{ status: 'completed' }, 'Cannot cancel a completed response.'],
    [
      { status: 'failed', error: { code: 'server_error', message: 'It broke.' } },
      'Cannot cancel a failed response.',
    ],
    [{ status: 'incomplete', reason: 'content_filter' }, 'Cannot cancel an incomplete response.'],
  ])('refuses a response that ended %j', async (outcome, message) => {
    const simulator = await simulatorForTest();
    const id = await endedWith(simulator, outcome);
    const error = await errorOf(simulator.client.responses.cancel(id));
    expect(error.status).toBe(400);
    expect(invalidRequest.parse(error.error).message).toBe(message);
  });

  it('refuses a response that was not created in the background', async () => {
    const { client } = await simulatorForTest();
    const { id } = await client.responses.create({ model: 'gpt-4.1', input: 'Why?' });
    expect(await errorOf(client.responses.cancel(id))).toMatchObject({
      status: 400,
      message: '400 Cannot cancel a synchronous response.',
    });
  });

  it('does not find a response that never was, was not stored or was deleted', async () => {
    const { client } = await simulatorForTest();
    const unstored = await client.responses.create({ model: 'gpt-4.1', input: 'a', store: false });
    const deleted = await client.responses.create({ model: 'gpt-4.1', input: 'a' });
    await client.responses.delete(deleted.id);
    for (const id of ['resp_none', unstored.id, deleted.id]) {
      expect(await errorOf(client.responses.cancel(id))).toMatchObject({
        status: 404,
        error: {
          type: 'invalid_request_error',
          message: `Response with id '${id}' not found.`,
          param: null,
          code: null,
        },
      });
    }
  });

  it('can be lost: the response reads cancelled, and later completed', async () => {
    const { background, client, fault, time } = await simulatorForTest();
    await fault({ route: 'POST /responses', cancelThenCompleted: true });
    const { id } = await background();
    expect((await client.responses.cancel(id)).status).toBe('cancelled');
    time.advance(DURATION_SECONDS);
    const completed = await client.responses.retrieve(id);
    expect(completed.status).toBe('completed');
    expect(completed.output_text).not.toBe('');
  });
});

describe('DELETE /responses/{id}', () => {
  it('deletes a finished response, which then reads as deleted', async () => {
    const { client, url } = await simulatorForTest();
    const { id } = await client.responses.create({ model: 'gpt-4.1', input: 'Why?' });
    const answer = await fetch(`${url}responses/${id}`, {
      method: 'DELETE',
      headers: { 'api-key': 'any' },
    });
    expect(await answer.json()).toEqual({ object: 'response.deleted', id, deleted: true });

    for (const read of [client.responses.retrieve(id), client.responses.inputItems.list(id)]) {
      expect(await errorOf(read)).toMatchObject({
        status: 400,
        message: `400 Response with id '${id}' has been deleted.`,
      });
    }
    expect((await errorOf(client.responses.delete(id))).status).toBe(404);
  });

  it('refuses a response that is still running', async () => {
    const { background, client, time } = await simulatorForTest();
    const { id } = await background();
    expect(await errorOf(client.responses.delete(id))).toMatchObject({
      status: 400,
      message: '400 Cannot delete an in-flight response.',
    });
    time.advance(DURATION_SECONDS);
    await client.responses.delete(id);
  });
});

describe('GET /responses/{id}/input_items', () => {
  const input = ['one', 'two', 'three'].map((content) => ({ role: 'user' as const, content }));

  it('lists the items of a running response, the last first', async () => {
    const { background, client } = await simulatorForTest();
    const { id } = await background({ input });
    const page = await client.responses.inputItems.list(id);
    expect(page.data).toMatchObject(
      ['three', 'two', 'one'].map((text) => ({
        type: 'message',
        role: 'user',
        status: 'completed',
        content: [{ type: 'input_text', text }],
      })),
    );
    expect(page.has_more).toBe(false);
  });

  it('goes from page to page', async () => {
    const { background, client } = await simulatorForTest();
    const { id } = await background({ input });
    const texts: unknown[] = [];
    for await (const item of client.responses.inputItems.list(id, { limit: 2, order: 'asc' })) {
      texts.push('content' in item ? item.content : undefined);
    }
    expect(texts).toEqual(['one', 'two', 'three'].map((text) => [{ type: 'input_text', text }]));
  });

  it.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', 'many'],
    ['order', 'random'],
    ['after', 'msg_none'],
    ['before', 'msg_none'],
  ])('refuses %s=%s', async (name, value) => {
    const { background, url } = await simulatorForTest();
    const { id } = await background();
    const answer = await fetch(`${url}responses/${id}/input_items?${name}=${value}`, {
      headers: { 'api-key': 'any' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { param: name, code: 'invalid_value' } });
  });

  it('does not find those of an unknown response', async () => {
    const { client } = await simulatorForTest();
    expect((await errorOf(client.responses.inputItems.list('resp_none'))).status).toBe(404);
  });
});
