import type { ChatCompletion } from 'openai/resources/chat/completions';
import type { FileObject } from 'openai/resources/files';
import type { Response } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import {
  BATCH_SECONDS,
  batchSimulator,
  linesOf,
  rowsOf,
  startBatch,
  type ResultLine,
} from './batch-support.ts';
import { errorOf } from './support.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** The files of a batch that has ended. */
async function resultsOf(rows: object[], endpoint: 'responses' | 'chat/completions') {
  const simulator = await batchSimulator();
  const created = await startBatch(simulator, rows, { endpoint: `/v1/${endpoint}` });
  simulator.time.advance(BATCH_SECONDS);
  const batch = await simulator.client.batches.retrieve(created.id);
  const output = batch.output_file_id ? await linesOf(simulator, batch.output_file_id) : [];
  return { simulator, batch, output, errors: await linesOf(simulator, batch.error_file_id) };
}

function chatRows(count: number, body: Record<string, unknown> = {}): object[] {
  return rowsOf(count, {
    url: '/v1/chat/completions',
    body: { model: 'gpt-4.1', messages: [{ role: 'user', content: 'Why is it so?' }], ...body },
  });
}

function responseIn(line: ResultLine | undefined): Response {
  return line?.response?.body as unknown as Response;
}

function completionIn(line: ResultLine | undefined): ChatCompletion {
  return line?.response?.body as unknown as ChatCompletion;
}

describe('the output file', () => {
  it('has one answer for each row, in another order', async () => {
    const rows = rowsOf(150);
    const { output, errors } = await resultsOf(rows, 'responses');
    const ids = output.map(({ custom_id }) => custom_id);
    const asked = rows.map((row) => (row as { custom_id: string }).custom_id);
    expect(ids).not.toEqual(asked);
    expect(ids.toSorted()).toEqual(asked.toSorted());
    expect(new Set(output.map(({ id }) => id)).size).toBe(rows.length);
    expect(errors).toEqual([]);
  });

  it('has the response that the endpoint itself would have given', async () => {
    const { simulator, output } = await resultsOf(rowsOf(1), 'responses');
    const [line] = output;
    expect(line).toEqual({
      id: expect.stringMatching(/^batch_req_/),
      custom_id: 'row-1',
      response: {
        status_code: 200,
        request_id: expect.stringMatching(/./),
        body: expect.objectContaining({ object: 'response', status: 'completed' }),
      },
      error: null,
    });
    const answer = responseIn(line);
    const direct = await simulator.client.responses.create({
      model: 'gpt-5.1-batch',
      instructions: 'Be brief.',
      input: 'What is 0 + 1?',
    });
    const textOf = ({ output: items }: Response) =>
      items.flatMap((item) => (item.type === 'message' ? item.content : []));
    expect(textOf(answer)).toEqual(textOf(direct));
    expect(answer.usage?.output_tokens).toBe(direct.usage?.output_tokens);
  });

  it('counts cached tokens in some answers', async () => {
    const body = { model: 'gpt-5.1', instructions: 'Be brief. '.repeat(50), input: 'Why?' };
    const { output } = await resultsOf(rowsOf(40, { body }), 'responses');
    const cached = output.map(
      (line) => responseIn(line).usage?.input_tokens_details.cached_tokens ?? 0,
    );
    expect(cached).toContain(0);
    expect(Math.max(...cached)).toBeGreaterThan(0);
  });

  it('has chat completions for rows that ask for them', async () => {
    const { output } = await resultsOf(chatRows(1), 'chat/completions');
    const answer = completionIn(output[0]);
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      model: 'gpt-4.1',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant' } }],
    });
    expect(answer.choices[0]?.message.content).toContain('Simulated answer of gpt-4.1');
    const { prompt_tokens = 0, completion_tokens, total_tokens } = answer.usage ?? {};
    expect(total_tokens).toBe(prompt_tokens + (completion_tokens ?? 0));
  });

  it.each([
    ['length', { max_completion_tokens: 5 }, 'length'],
    [
      'a tool call',
      {
        tools: [
          { type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } },
        ],
        tool_choice: 'required',
      },
      'tool_calls',
    ],
    [
      'a JSON object',
      {
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'answer',
            schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
          },
        },
      },
      'stop',
    ],
  ])('has chat completions that end with %s', async (_what, body, reason) => {
    const { output } = await resultsOf(chatRows(1, body), 'chat/completions');
    const [choice] = completionIn(output[0]).choices;
    expect(choice?.finish_reason).toBe(reason);
    if ('response_format' in body) {
      expect(JSON.parse(choice?.message.content ?? '')).toMatchObject({ n: expect.any(Number) });
    }
    if ('tools' in body) expect(choice?.message.tool_calls).toHaveLength(1);
  });

  it('reads the same each time', async () => {
    const { simulator, batch } = await resultsOf(rowsOf(20), 'responses');
    const read = async () =>
      (await simulator.client.files.content(batch.output_file_id ?? '')).text();
    expect(await read()).toBe(await read());
  });

  it('does not exist before the batch has ended', async () => {
    const simulator = await batchSimulator();
    await startBatch(simulator, rowsOf(2));
    simulator.time.advance(BATCH_SECONDS - 1);
    expect((await simulator.client.files.list()).data).toHaveLength(1);
  });
});

describe('a row that the endpoint would refuse', () => {
  it.each([
    ['for its content', rowsOf(2), { input: 'trigger-content-filter' }, 'content_filter'],
    ['for a field of the wrong type', rowsOf(2), { temperature: 'hot' }, null],
    ['for streaming', rowsOf(2), { stream: true }, 'unsupported_parameter'],
    ['for its background', rowsOf(2), { background: true }, 'unsupported_parameter'],
  ])('%s goes to the error file', async (_what, rows, fields, code) => {
    const [first, second] = rows as { body: object }[];
    const broken = { ...second, body: { ...second?.body, ...fields } };
    const { batch, output, errors } = await resultsOf([first ?? {}, broken], 'responses');
    expect(batch).toMatchObject({
      status: 'completed',
      request_counts: { completed: 1, failed: 1 },
    });
    expect(output.map(({ custom_id }) => custom_id)).toEqual(['row-1']);
    expect(errors).toMatchObject([
      {
        custom_id: 'row-2',
        error: null,
        response: { status_code: 400, body: { error: { code } } },
      },
    ]);
  });

  it('may be all there are', async () => {
    const rows = chatRows(3, { model: 'o3-pro' });
    const { batch, errors } = await resultsOf(rows, 'chat/completions');
    expect(batch).toMatchObject({
      status: 'completed',
      output_file_id: null,
      request_counts: { total: 3, completed: 0, failed: 3 },
    });
    expect(errors).toHaveLength(3);
  });
});

describe('the files of a batch', () => {
  it('are files like others: listed, counted and deletable', async () => {
    const { simulator, batch, output } = await resultsOf(rowsOf(3), 'responses');
    const { client } = simulator;
    expect(output).toHaveLength(3);
    const listed: FileObject[] = (await client.files.list({ purpose: 'batch_output' })).data;
    expect(new Set(listed.map(({ id }) => id))).toEqual(
      new Set([batch.output_file_id, batch.error_file_id]),
    );
    const error = listed.find(({ id }) => id === batch.error_file_id);
    expect(error).toMatchObject({ bytes: 0, status: 'processed', expires_at: null });
    await client.files.delete(batch.output_file_id ?? '');
    expect(await errorOf(client.files.content(batch.output_file_id ?? ''))).toMatchObject({
      status: 404,
    });
  });

  it('live as long as the batch was told', async () => {
    const simulator = await batchSimulator();
    const { id } = await startBatch(simulator, rowsOf(1), {
      output_expires_after: { anchor: 'created_at', seconds: 14 * DAY_SECONDS },
    });
    simulator.time.advance(BATCH_SECONDS);
    const { output_file_id: outputId } = await simulator.client.batches.retrieve(id);
    const file = await simulator.client.files.retrieve(outputId ?? '');
    expect(file.expires_at).toBe(file.created_at + 14 * DAY_SECONDS);
    simulator.time.advance(14 * DAY_SECONDS);
    expect(await errorOf(simulator.client.files.retrieve(outputId ?? ''))).toMatchObject({
      status: 404,
    });
  });

  it('are written once, however many ask at the same moment', async () => {
    const simulator = await batchSimulator();
    const { id } = await startBatch(simulator, rowsOf(200));
    simulator.time.advance(BATCH_SECONDS);
    const { output_file_id: outputId } = await simulator.client.batches.retrieve(id);
    const texts = await Promise.all(
      Array.from({ length: 5 }, async () =>
        (await simulator.client.files.content(outputId ?? '')).text(),
      ),
    );
    expect(new Set(texts).size).toBe(1);
    expect((await simulator.client.files.list({ purpose: 'batch_output' })).data).toHaveLength(2);
  });
});
