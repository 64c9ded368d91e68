import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobDocument } from '../../../src/jobs/job.ts';
import type { Manifest } from '../../../src/jobs/manifest.ts';
import { BlobStore } from '../../support/blob-store.ts';
import { Doors } from '../../support/doors.ts';
import type { LocalStack } from '../../support/local-stack.ts';
import { until } from '../../support/until.ts';

let local: LocalStack;
let blobs: BlobStore;
let doors: Doors;

/** @param stack that runs when the first of these tests begins. */
export function responses(stack: () => LocalStack): void {
  beforeAll(() => {
    local = stack();
    blobs = new BlobStore(local.stack.addresses.storage);
    doors = new Doors(local);
  });
  afterAll(() => doors.close());

  describe.concurrent('a response', carriedResponse);
  describe.concurrent('a request in a blob', requestInBlob);
  describe('the list of jobs', jobList);
  describe('an output', oneOutput);
}

function carriedResponse(): void {
  it('is described in full by its job document', async () => {
    const labels = { team: 'research' };
    const job = await carried({ model: 'gpt-5.1', input: 'Why is the sky blue?' }, { labels });

    expect(job).toEqual({
      id: job.id,
      kind: 'response',
      status: 'succeeded',
      phase: 'publishing',
      deployment: 'gpt-5.1',
      labels,
      input: null,
      createdAt: TIME,
      startedAt: TIME,
      endedAt: TIME,
      deadline: new Date(Date.parse(job.createdAt) + 86_400_000).toISOString(),
      upstream: expect.objectContaining({
        id: expect.stringMatching(/^resp_/),
        status: 'completed',
        createdAt: TIME,
      }),
      progress: null,
      waiting: null,
      polls: expect.any(Number),
      nextPollAt: null,
      outputs: [
        expect.objectContaining({ name: 'response.json', contentType: 'application/json' }),
        expect.objectContaining({
          name: 'output.md',
          contentType: expect.stringContaining('text/markdown'),
        }),
      ],
      usage: expect.objectContaining({
        input_tokens: expect.any(Number),
        output_tokens: expect.any(Number),
        total_tokens: expect.any(Number),
      }),
      warnings: [],
      error: null,
      actions: [],
    });
    const mirrored = await until(async () => {
      const document: unknown = JSON.parse(String(await blobs.read('state', `${job.id}/job.json`)));
      return JSON.stringify(document).includes('"succeeded"') ? document : undefined;
    });
    expect(mirrored).toEqual(job);
  });

  it('is a page to read', async () => {
    const job = await carried({ model: 'gpt-5.1', input: 'Why do leaves fall?' });

    expect(String(await output(job, 'output.md'))).toContain('leaves');
  });

  it('comes home with upstream’s own JSON, every file as the manifest says', async () => {
    const job = await carried({ model: 'gpt-5.1', input: 'Why?' });
    const { files, complete } = await manifestOf(job);

    expect(complete).toBe(true);
    expect(await json(job, 'response.json')).toMatchObject({ id: job.upstream?.id });
    for (const { name, bytes, sha256 } of files) {
      const content = await output(job, name);
      expect({ bytes: content.length, sha256: hashOf(content) }).toEqual({ bytes, sha256 });
    }
  });

  it('draws images', async () => {
    const job = await carried(
      {
        model: 'gpt-5.1',
        input: 'Draw a lighthouse.',
        tools: [{ type: 'image_generation', size: '1024x1024' }],
      },
      { options: { imageGenerationDeployment: 'gpt-image-1' } },
    );
    const image = await output(job, 'image-1.png');
    const { files } = await manifestOf(job);

    expect(image.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(files.find(({ name }) => name === 'image-1.png')).toEqual({
      name: 'image-1.png',
      bytes: image.length,
      sha256: hashOf(image),
      contentType: 'image/png',
    });
    expect(String(await output(job, 'output.md'))).toContain('image-1.png');
  });

  it('has the structure that was asked for', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, people: { type: 'integer' } },
      required: ['city', 'people'],
      additionalProperties: false,
    };
    const job = await carried({
      model: 'gpt-5.1',
      input: 'Name a city.',
      text: { format: { type: 'json_schema', name: 'city', strict: true, schema } },
    });

    expect(JSON.parse(textOf(await json(job, 'response.json')))).toEqual({
      city: expect.any(String),
      people: expect.any(Number),
    });
  });

  it('goes on from an earlier one', async () => {
    const first = await carried({ model: 'gpt-5.1', input: 'My name is Ada.' });
    const second = await carried({
      model: 'gpt-5.1',
      input: 'What is my name?',
      previous_response_id: first.upstream?.id,
    });

    expect(second.status).toBe('succeeded');
    expect(await json(second, 'response.json')).toMatchObject({
      previous_response_id: first.upstream?.id,
    });
  });

  it('tells its reasoning in summary, and what that cost', async () => {
    const job = await carried({
      model: 'o3',
      input: 'Think well.',
      reasoning: { effort: 'high', summary: 'auto' },
    });
    const { output: items } = (await json(job, 'response.json')) as { output: Item[] };
    const summary = items.find(({ type }) => type === 'reasoning')?.summary?.[0]?.text ?? '';

    expect(summary).not.toBe('');
    expect(String(await output(job, 'output.md'))).toContain(summary.split('\n')[0]);
    expect(job.usage?.['reasoning_tokens']).toBeGreaterThan(0);
  });

  it('that calls a function leaves the answer to its user, and says so', async () => {
    const job = await carried({
      model: 'gpt-5.1',
      input: 'Please call get_weather.',
      tools: [{ type: 'function', name: 'get_weather', parameters: { type: 'object' } }],
    });

    expect(job).toMatchObject({
      status: 'succeeded',
      warnings: [expect.stringContaining('get_weather')],
    });
    expect(job.warnings[0]).toContain(job.upstream?.id);
  });

  it.each([
    { keepUpstream: false, status: 400, what: 'is deleted upstream when the user wants it so' },
    { keepUpstream: true, status: 200, what: 'is kept upstream when the user wants it so' },
  ])('$what', async ({ keepUpstream, status }) => {
    const model = `gpt-5.1-keep-${keepUpstream}`;
    const job = await carried({ model, input: 'Once.' }, { options: { keepUpstream } });
    await local.events.waitFor('longhaul.job.succeeded', job.id);
    if (!keepUpstream) await local.simulator.waitForRequest(model, 'DELETE /responses/{id}');
    const path = `/openai/v1/responses/${job.upstream?.id}`;
    const url = new URL(path, local.stack.addresses.azureOpenAI);
    const answer = await fetch(url, { headers: { 'api-key': 'anything' } });

    expect(answer.status).toBe(status);
    expect((await output(job, 'output.md')).length).toBeGreaterThan(0);
  });
}

function requestInBlob(): void {
  it('is carried like any other', async () => {
    const blob = await dropRequest({ model: 'gpt-5.1-blob', input: 'Asked in a blob.' });
    const job = await ended({ input: { blob } });

    expect(job).toMatchObject({ status: 'succeeded', deployment: 'gpt-5.1-blob' });
    expect(String(await output(job, 'output.md'))).toContain('blob');
  });

  it('that is changed after the job was accepted is refused', async () => {
    const blob = await dropRequest({ model: 'gpt-5.1', input: 'Version 0.' });
    const job = ended({ input: { blob } });
    await Promise.all(Array.from({ length: 4 }, () => rewriteUntil(job, blob)));

    expect(await job).toMatchObject({
      status: 'failed',
      error: { code: 'input-changed' },
      upstream: null,
    });
  });

  it.each([
    { what: 'that is no JSON', text: 'Why?', code: 'invalid-json' },
    { what: 'that is not valid', text: '{"model":"gpt-5.1"}', code: 'input-invalid' },
  ])('$what fails before anything is spent', async ({ text, code }) => {
    const job = await ended({ input: { blob: await dropText(text) } });

    expect(job).toMatchObject({ status: 'failed', error: { code }, upstream: null });
  });
}

function jobList(): void {
  const team = randomUUID();
  const ids = ['a', 'b', 'c'].map((name) => `${team}-${name}`);

  beforeAll(async () => {
    await Promise.all(
      ids.map((id) => carried({ model: 'gpt-5.1', input: 'Listed.' }, { id, labels: { team } })),
    );
  });

  it.each([
    { query: '', found: 3 },
    { query: '&status=succeeded', found: 3 },
    { query: '&status=failed', found: 0 },
    { query: '&kind=response', found: 3 },
    { query: '&kind=video', found: 0 },
  ])('is filtered by label$query', async ({ query, found }) => {
    const { jobs } = await list(`label=team:${team}${query}`);

    expect(jobs).toHaveLength(found);
  });

  it('is given page by page, each job once', async () => {
    const seen: string[] = [];
    let token: string | null = '';
    while (token !== null) {
      const next: string = token && `&continuationToken=${token}`;
      const page = await list(`label=team:${team}&top=2${next}`);
      expect(page.jobs.length).toBeLessThanOrEqual(2);
      seen.push(...page.jobs.map(({ id }) => id));
      token = page.continuationToken;
    }

    expect(seen.toSorted()).toEqual(ids);
  });
}

function oneOutput(): void {
  let job: JobDocument;
  let whole: Buffer;
  let url: string;

  beforeAll(async () => {
    job = await carried({ model: 'gpt-5.1', input: 'Something to cut.' });
    whole = await blobs.read('outputs', `${job.id}/output.md`);
    url = `${local.jobs.base}/jobs/${job.id}/outputs/output.md`;
  });

  it.each([
    { range: undefined, status: 200, part: [0, undefined] },
    { range: 'bytes=0-9', status: 206, part: [0, 10] },
    { range: 'bytes=10-', status: 206, part: [10, undefined] },
    { range: 'bytes=-7', status: 206, part: [-7, undefined] },
    { range: 'bytes=5-99999999', status: 206, part: [5, undefined] },
    { range: 'bytes=0-1,4-5', status: 200, part: [0, undefined] },
    { range: 'lines=1-2', status: 200, part: [0, undefined] },
  ])('is given in part: Range $range', async ({ range, status, part: [start, end] }) => {
    const answer = await fetch(url, { headers: range ? { range } : {} });
    const expected = whole.subarray(start, end);

    expect(answer.status).toBe(status);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(expected);
    expect(answer.headers.get('content-length')).toBe(String(expected.length));
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    expect(answer.headers.get('content-range')).toBe(
      status === 206 ? rangeOf(whole, expected, start ?? 0) : null,
    );
  });

  it('has no part beyond its end', async () => {
    const answer = await fetch(url, { headers: { range: `bytes=${whole.length}-` } });

    expect(answer.status).toBe(416);
    expect(await answer.json()).toMatchObject({
      code: 'range-not-satisfiable',
      detail: expect.stringContaining(`${whole.length} bytes`),
    });
  });

  it('is described without its content by HEAD', async () => {
    const answer = await fetch(url, { method: 'HEAD' });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/markdown');
    expect(answer.headers.get('content-length')).toBe(String(whole.length));
    expect(answer.headers.get('etag')).toBeTruthy();
    expect(await answer.text()).toBe('');
  });

  it('that a job does not have is not found', async () => {
    const { status, body } = await local.jobs.get(`/jobs/${job.id}/outputs/video-1.mp4`);

    expect({ status, body }).toMatchObject({ status: 404, body: { code: 'output-not-found' } });
  });
}

const TIME: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

interface Item {
  type: string;
  content?: { text?: string }[];
  summary?: { text?: string }[];
}

/** Carries a request to its end, which must be a good one. */
async function carried(request: object, envelope: object = {}): Promise<JobDocument> {
  const job = await ended({ request, ...envelope });
  expect(job).toMatchObject({ status: 'succeeded' });
  return job;
}

async function ended(envelope: object): Promise<JobDocument> {
  const { id } = await local.jobs.submit({ id: randomUUID(), kind: 'response', ...envelope });
  return local.jobs.waitForEnd(id);
}

function dropRequest(request: object): Promise<string> {
  return dropText(JSON.stringify(request));
}

/** @returns the path of a blob that no door looks at. */
async function dropText(text: string): Promise<string> {
  const name = `requests/${randomUUID()}.json`;
  await doors.drop(name, text);
  return `inbox/${name}`;
}

/** Writes a blob anew, again and again, so that whoever looks twice sees two versions. */
async function rewriteUntil(end: Promise<unknown>, blob: string): Promise<void> {
  const progress = { over: false };
  const over = end.finally(() => {
    progress.over = true;
  });
  while (!progress.over) {
    await doors.drop(
      blob.replace('inbox/', ''),
      JSON.stringify({ model: 'gpt-5.1', input: `Version ${randomUUID()}.` }),
    );
  }
  await over;
}

async function output({ id }: JobDocument, name: string): Promise<Buffer> {
  const answer = await fetch(`${local.jobs.base}/jobs/${id}/outputs/${name}`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function json(job: JobDocument, name: string): Promise<unknown> {
  return JSON.parse(String(await output(job, name)));
}

async function manifestOf(job: JobDocument): Promise<Manifest> {
  return (await json(job, 'manifest.json')) as Manifest;
}

function textOf(response: unknown): string {
  const { output: items } = response as { output: Item[] };
  return items.find(({ type }) => type === 'message')?.content?.[0]?.text ?? '';
}

async function list(
  query: string,
): Promise<{ jobs: JobDocument[]; continuationToken: string | null }> {
  const { body } = await local.jobs.get(`/jobs?${query}`);
  return body as { jobs: JobDocument[]; continuationToken: string | null };
}

function rangeOf(whole: Buffer, part: Buffer, start: number): string {
  const first = start < 0 ? whole.length + start : start;
  return `bytes ${first}-${first + part.length - 1}/${whole.length}`;
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
