import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { toFile } from 'openai';
import type { FilePurpose } from 'openai/resources/files';
import { describe, expect, it } from 'vitest';
import { batchSimulator, rowsOf, startBatch, stateDirectory, upload } from './batch-support.ts';
import { errorOf, simulatorForTest, START } from './support.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** A multipart body as curl sends it. */
function curlForm(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob(['{"a":1}\n']), 'input.jsonl');
  return form;
}

describe('an uploaded file', () => {
  it('is pending for a moment, then processed, and comes back byte by byte', async () => {
    const simulator = await simulatorForTest();
    const content = Buffer.from([0, 255, 13, 10, 45, 45, 1]);
    const file = await upload(simulator, content);
    expect(file).toMatchObject({
      object: 'file',
      bytes: content.length,
      filename: 'input.jsonl',
      purpose: 'batch',
      status: 'pending',
      created_at: START / 1000,
      expires_at: null,
    });
    expect(await errorOf(simulator.client.files.content(file.id))).toMatchObject({ status: 400 });
    simulator.time.advance(5);
    expect((await simulator.client.files.retrieve(file.id)).status).toBe('processed');
    const answer = await simulator.client.files.content(file.id);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(content);
    expect(answer.headers.get('content-length')).toBe(String(content.length));
  });

  it('may be empty', async () => {
    const simulator = await batchSimulator();
    const { id } = await upload(simulator, '');
    expect(await (await simulator.client.files.content(id)).text()).toBe('');
  });

  it('is downloaded in part when a range is asked for', async () => {
    const simulator = await batchSimulator();
    const { id } = await upload(simulator, 'abcdefgh');
    const headers = { 'api-key': 'any', range: 'bytes=2-4' };
    const answer = await fetch(`${simulator.url}files/${id}/content`, { headers });
    expect(answer.status).toBe(206);
    expect(await answer.text()).toBe('cde');
  });

  it('is gone once it is deleted, its content with it', async () => {
    const stateDir = await stateDirectory();
    const simulator = await batchSimulator({}, { stateDirectory: stateDir });
    const { id } = await upload(simulator, 'x');
    expect(await simulator.client.files.delete(id)).toEqual({ id, object: 'file', deleted: true });
    for (const call of [
      () => simulator.client.files.retrieve(id),
      () => simulator.client.files.content(id),
      () => simulator.client.files.delete(id),
    ]) {
      expect(await errorOf(call())).toMatchObject({ status: 404 });
    }
    expect(await readdir(join(stateDir, 'files'))).toEqual(['incoming']);
  });

  it('is gone once it has expired', async () => {
    const simulator = await batchSimulator();
    const file = await simulator.client.files.create({
      file: await toFile(Buffer.from('x'), 'input.jsonl'),
      purpose: 'batch',
      expires_after: { anchor: 'created_at', seconds: 14 * DAY_SECONDS },
    });
    expect(file.expires_at).toBe(START / 1000 + 14 * DAY_SECONDS);
    simulator.time.advance(14 * DAY_SECONDS - 1);
    expect((await simulator.client.files.retrieve(file.id)).id).toBe(file.id);
    simulator.time.advance(1);
    expect(await errorOf(simulator.client.files.retrieve(file.id))).toMatchObject({ status: 404 });
  });

  it('outlives the simulator', async () => {
    const directory = await stateDirectory();
    const first = await batchSimulator({}, { stateDirectory: directory });
    const { id } = await upload(first, 'kept');
    await first.stop();
    const second = await simulatorForTest({ stateDirectory: directory });
    expect(await (await second.client.files.content(id)).text()).toBe('kept');
    await second.control('POST', '/reset');
    expect(await readdir(join(directory, 'files'))).toEqual(['incoming']);
  });

  it('leaves nothing behind when it is broken off, or the simulator was killed meanwhile', async () => {
    const directory = await stateDirectory();
    const simulator = await batchSimulator({}, { stateDirectory: directory });
    const abort = new AbortController();
    async function* halfAForm() {
      yield Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n');
      for (let sent = 0; sent < 1_000; sent += 1) {
        if (sent === 100) abort.abort();
        yield Buffer.alloc(1_000);
        await setImmediate();
      }
    }
    const headers = { 'api-key': 'any', 'content-type': 'multipart/form-data; boundary=b' };
    const request = { method: 'POST', headers, body: halfAForm(), duplex: 'half' };
    await expect(
      fetch(`${simulator.url}files`, { ...request, signal: abort.signal } as RequestInit),
    ).rejects.toThrow();
    await simulator.stop();
    expect(await readdir(join(directory, 'files', 'incoming'))).toEqual([]);

    await writeFile(join(directory, 'files', 'incoming', 'half'), 'x');
    await writeFile(join(directory, 'files', 'file-without-a-row'), 'x');
    await batchSimulator({}, { stateDirectory: directory });
    expect(await readdir(join(directory, 'files'))).toEqual(['incoming']);
    expect(await readdir(join(directory, 'files', 'incoming'))).toEqual([]);
  });

  it('takes its expiry in the spelling of the documentation as well', async () => {
    const { url } = await batchSimulator();
    const body = curlForm({
      purpose: 'batch',
      'expires_after.anchor': 'created_at',
      'expires_after.seconds': String(30 * DAY_SECONDS),
    });
    const answer = await fetch(`${url}files`, {
      method: 'POST',
      headers: { 'api-key': 'any' },
      body,
    });
    expect(await answer.json()).toMatchObject({ expires_at: START / 1000 + 30 * DAY_SECONDS });
  });
});

describe('an upload is refused', () => {
  it.each([
    ['with an unknown purpose', { purpose: 'homework' }, "'homework' is not one of"],
    ['with a purpose that Azure does not support', { purpose: 'user_data' }, 'is not one of'],
    ['without a purpose', {}, 'is not one of'],
    [
      'with a life too short for a batch',
      { purpose: 'batch', 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '3600' },
      "'seconds' must be from 1209600 to 2592000",
    ],
    [
      'with a life that is no number',
      {
        purpose: 'assistants',
        'expires_after[anchor]': 'created_at',
        'expires_after[seconds]': 'x',
      },
      "'seconds' must be",
    ],
    ['with half an expiry', { purpose: 'batch', 'expires_after[seconds]': '1209600' }, "'anchor'"],
  ])('%s', async (_what, fields, message) => {
    const { url } = await batchSimulator();
    const answer = await fetch(`${url}files`, {
      method: 'POST',
      headers: { 'api-key': 'any' },
      body: curlForm(fields),
    });
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { message: string; type: string } };
    expect(error).toMatchObject({ type: 'invalid_request_error' });
    expect(error.message).toContain(message);
  });

  it.each([
    ['JSON', 'application/json', '{}'],
    ['a form that ends early', 'multipart/form-data; boundary=b', '--b\r\n'],
  ])('as %s', async (_what, type, body) => {
    const { url } = await batchSimulator();
    const headers = { 'api-key': 'any', 'content-type': type };
    const answer = await fetch(`${url}files`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
  });

  it('when it is too large, and leaves nothing behind', async () => {
    const directory = await stateDirectory();
    const simulator = await batchSimulator({ fileBytes: 100 }, { stateDirectory: directory });
    expect(await errorOf(upload(simulator, 'x'.repeat(101)))).toMatchObject({ status: 413 });
    await upload(simulator, 'x'.repeat(100));
    expect(await readdir(join(directory, 'files', 'incoming'))).toEqual([]);
    expect((await simulator.client.files.list()).data).toHaveLength(1);
  });

  it('when there are too many files, counted apart with and without an expiry', async () => {
    const { client } = await batchSimulator({ filesWithoutExpiry: 2, filesWithExpiry: 1 });
    const create = async (withExpiry: boolean) =>
      client.files.create({
        file: await toFile(Buffer.from('x'), 'input.jsonl'),
        purpose: 'batch',
        ...(withExpiry
          ? { expires_after: { anchor: 'created_at' as const, seconds: 14 * DAY_SECONDS } }
          : {}),
      });
    const { id } = await create(false);
    await create(false);
    expect(await errorOf(create(false))).toMatchObject({ status: 400, code: 'quotaExceeded' });
    await create(true);
    expect(await errorOf(create(true))).toMatchObject({ status: 400, code: 'quotaExceeded' });
    await client.files.delete(id);
    expect((await create(false)).status).toBe('processed');
  });

  it('when there are too many within a second', async () => {
    const simulator = await batchSimulator({ uploadsPerSecond: 2 });
    await upload(simulator, 'x');
    await upload(simulator, 'x');
    const error = await errorOf(upload(simulator, 'x'));
    expect(error).toMatchObject({ status: 429, code: '429' });
    expect(error.headers?.get('retry-after')).toBe('1');
    simulator.time.advance(1);
    await upload(simulator, 'x');
  });
});

describe('the list of files', () => {
  async function filled() {
    const simulator = await batchSimulator();
    for (const [name, purpose] of [
      ['a', 'batch'],
      ['b', 'assistants'],
      ['c', 'batch'],
    ] as [string, FilePurpose][]) {
      const file = await toFile(Buffer.from(name), name);
      await simulator.client.files.create({ file, purpose });
    }
    const names = async (query: Record<string, unknown>) =>
      (await simulator.client.files.list(query)).data.map(({ filename }) => filename);
    return { simulator, names };
  }

  it('is newest first, the other way round if asked, and by purpose', async () => {
    const { names } = await filled();
    expect(await names({})).toEqual(['c', 'b', 'a']);
    expect(await names({ order: 'asc' })).toEqual(['a', 'b', 'c']);
    expect(await names({ purpose: 'batch' })).toEqual(['c', 'a']);
  });

  it('comes in pages, which go on even when the last file of one is deleted', async () => {
    const { simulator, names } = await filled();
    const page = await simulator.client.files.list({ limit: 2 });
    expect(page.has_more).toBe(true);
    const last = page.data.at(-1)?.id ?? '';
    await simulator.client.files.delete(last);
    expect(await names({ after: last })).toEqual(['a']);
    const all: string[] = [];
    for await (const { filename } of simulator.client.files.list({ limit: 1 })) all.push(filename);
    expect(all).toEqual(['c', 'a']);
  });

  it.each([{ limit: 0 }, { limit: 10_001 }, { order: 'up' }])('refuses %j', async (query) => {
    const { simulator } = await filled();
    expect(await errorOf(simulator.client.files.list(query as object))).toMatchObject({
      status: 400,
    });
  });
});

describe('a deleted input', () => {
  it('is still read by the batch that needs it', async () => {
    const simulator = await batchSimulator();
    const batch = await startBatch(simulator, rowsOf(3));
    await simulator.client.files.delete(batch.input_file_id);
    simulator.time.advance(1_000);
    const { output_file_id: id } = await simulator.client.batches.retrieve(batch.id);
    const text = await (await simulator.client.files.content(id ?? '')).text();
    expect(text.trimEnd().split('\n')).toHaveLength(3);
  });
});
