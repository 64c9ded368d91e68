import { describe, expect, it } from 'vitest';
import { DURATION_SECONDS, errorOf, simulatorForTest, START } from './support.ts';
import { azureResponse } from './shapes.ts';

const THIRTY_DAYS_SECONDS = 30 * 24 * 60 * 60;

describe('a background response', () => {
  it('is queued, then in progress, then completed with text and usage', async () => {
    const { background, client, time } = await simulatorForTest();
    const created = await background();
    expect(created).toMatchObject({ status: 'queued', output: [], usage: null, background: true });
    expect(created.created_at).toBe(START / 1000);

    time.advance(DURATION_SECONDS / 2);
    const running = await client.responses.retrieve(created.id);
    expect(running).toMatchObject({ status: 'in_progress', output: [], completed_at: null });

    time.advance(DURATION_SECONDS / 2);
    const completed = await client.responses.retrieve(created.id);
    expect(completed.status).toBe('completed');
    expect(completed.output_text).toContain('Why?');
    expect(completed.completed_at).toBe(START / 1000 + DURATION_SECONDS);
    expect(completed.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0);
  });

  it('has the documented shape at every stage', async () => {
    const { background, client, time } = await simulatorForTest();
    const { id } = await background({ metadata: { job: '1' } });
    for (const _stage of ['queued', 'in_progress', 'completed']) {
      azureResponse.parse(await client.responses.retrieve(id));
      time.advance(DURATION_SECONDS / 2);
    }
  });

  it('reads the same at every reading once it is completed', async () => {
    const { background, client, time } = await simulatorForTest();
    const { id } = await background();
    time.advance(DURATION_SECONDS);
    const first = await client.responses.retrieve(id);
    time.advance(60);
    expect(await client.responses.retrieve(id)).toEqual(first);
  });

  it('takes as long as any other with the same body, within the range', async () => {
    const simulator = await simulatorForTest({ durations: { minSeconds: 5, maxSeconds: 50 } });
    const [one, other] = [await simulator.background(), await simulator.background()];
    simulator.time.advance(60);
    const ends = await Promise.all(
      [one.id, other.id].map((id) => simulator.client.responses.retrieve(id)),
    );
    expect(ends[0]?.completed_at).toBe(ends[1]?.completed_at);
    expect(ends[0]?.completed_at).toBeGreaterThanOrEqual(START / 1000 + 5);
    expect(ends[0]?.completed_at).toBeLessThanOrEqual(START / 1000 + 50);
  });

  it('needs store', async () => {
    const { background } = await simulatorForTest();
    expect(await errorOf(background({ store: false }))).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      code: 'unsupported_parameter',
      param: 'background',
    });
  });

  it('is forgotten after thirty days', async () => {
    const { background, client, time } = await simulatorForTest();
    const { id } = await background();
    time.advance(THIRTY_DAYS_SECONDS - 1);
    expect((await client.responses.retrieve(id)).status).toBe('completed');
    time.advance(1);
    expect((await errorOf(client.responses.retrieve(id))).status).toBe(404);
  });
});

describe('a response without background', () => {
  it('is answered when it is done, and can be read afterwards', async () => {
    const { client } = await simulatorForTest();
    const done = await client.responses.create({ model: 'gpt-4.1', input: 'Why?' });
    azureResponse.parse(done);
    expect(done).toMatchObject({ status: 'completed', background: false, store: true });
    expect(await client.responses.retrieve(done.id)).toEqual(done);
  });

  it('is not kept when store is false', async () => {
    const { client } = await simulatorForTest();
    const done = await client.responses.create({ model: 'gpt-4.1', input: 'Why?', store: false });
    expect(await errorOf(client.responses.retrieve(done.id))).toMatchObject({
      status: 404,
      message: `404 Response with id '${done.id}' not found.`,
    });
  });
});

describe('a response that runs out of tokens', () => {
  it('ends incomplete, with the text that there was room for', async () => {
    const { client } = await simulatorForTest();
    const cut = await client.responses.create({
      model: 'gpt-4.1',
      input: 'Why?',
      max_output_tokens: 16,
    });
    azureResponse.parse(cut);
    expect(cut).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ type: 'message', status: 'incomplete' }],
    });
    expect(cut.usage?.output_tokens).toBe(16);
  });
});

describe('a conversation', () => {
  it('goes on from a previous response', async () => {
    const { client } = await simulatorForTest();
    const first = await client.responses.create({ model: 'gpt-4.1', input: 'One' });
    const second = await client.responses.create({
      model: 'gpt-4.1',
      input: 'Two',
      previous_response_id: first.id,
    });
    expect(second.previous_response_id).toBe(first.id);
  });

  it('cannot go on from one that does not exist', async () => {
    const { background } = await simulatorForTest();
    expect(await errorOf(background({ previous_response_id: 'resp_none' }))).toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
      type: 'invalid_request_error',
    });
  });
});
