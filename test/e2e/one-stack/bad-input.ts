import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobStore } from '../../support/blob-store.ts';
import { Doors, SILENT_DOORS, type SilentDoor } from '../../support/doors.ts';
import type { LocalStack } from '../../support/local-stack.ts';
import { BAD_ENVELOPES, DEPLOYMENTS, REQUEST } from './bad-input/envelopes.ts';

const KILOBYTE = 1_024;

let local: LocalStack;
let doors: Doors;
let blobs: BlobStore;

/** @param stack that runs when the first of these tests begins. */
export function badInput(stack: () => LocalStack): void {
  const before = new Set<string>();

  beforeAll(async () => {
    local = stack();
    doors = new Doors(local);
    blobs = new BlobStore(local.stack.addresses.storage);
    for (const { id } of await allJobs()) before.add(id);
  });
  afterAll(() => doors.close());

  describe('POST /api/jobs refuses', refusedByHttp);
  describe.each(SILENT_DOORS)('the door %s rejects, keeping a copy,', rejectedAt);
  describe('a dropped blob is rejected', rejectedByName);
  describe('the API refuses', refusedByTheApi);
  describe('after all of this', () => leavesNothing(before));
}

function refusedByHttp(): void {
  it.each(BAD_ENVELOPES)('$name', async ({ envelope, code, pointers }) => {
    const { status, headers, body } = await local.jobs.post('/jobs', JSON.stringify(envelope));

    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ type: `urn:longhaul:problem:${code}`, status, code });
    expect(pointersOf(body)).toEqual(pointers);
  });

  it.each(['', '{"kind":', '{} {}', '{"n":1e999}', '{"half":"\\ud800"}'])(
    'what is no JSON, or none that everybody reads alike: %j',
    async (text) => {
      const { status, body } = await local.jobs.post('/jobs', text);

      expect({ status, body }).toMatchObject({ status: 400, body: { code: 'invalid-json' } });
    },
  );

  it('more than a megabyte, and names the way round it', async () => {
    const { status, body } = await local.jobs.post('/jobs', envelopeOf(KILOBYTE * KILOBYTE + 1));

    expect({ status, body }).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
    expect(pointersOf(body)).toEqual(['/input/blob']);
  });

  it.each([
    { name: 'is no id', key: '../x', id: undefined },
    { name: 'is another than the id in the body', key: 'one', id: 'other' },
  ])('an Idempotency-Key that $name', async ({ key, id }) => {
    const envelope = { id, kind: 'response', request: REQUEST };
    const { status, body } = await local.jobs.post('/jobs', envelope, { 'idempotency-key': key });

    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'invalid-id' } });
  });
}

const NO_JSON = ['{"kind":', 'Hello!'];
const LIMITS = { 'service-bus': 192, 'storage-queue': 48, 'blob-drop': 16 * KILOBYTE } as const;

function rejectedAt(door: SilentDoor): void {
  const tooLarge = envelopeOf(LIMITS[door] * KILOBYTE + 1);
  const rejections = new Map<string, Promise<Rejection>>();

  /** Everything at once: a rejection takes a while to be heard of. */
  beforeAll(async () => {
    const texts = [...BAD_ENVELOPES.map(({ envelope }) => JSON.stringify(envelope)), ...NO_JSON];
    await Promise.all(
      [...texts, tooLarge].map(async (text, index) => {
        const sourceId = await doors.handIn(door, `bad-${index}`, text);
        rejections.set(text, rejectionOf(door, sourceId));
      }),
    );
    await Promise.allSettled(rejections.values());
  });

  it.each(BAD_ENVELOPES)('$name', async ({ envelope, code, pointers }) => {
    const rejection = await rejections.get(JSON.stringify(envelope));

    expect(rejection?.problem).toMatchObject({ code });
    expect(pointersOf(rejection?.problem)).toEqual(pointers);
    // What is no object cannot hold named secrets; it is kept as text.
    expect([envelope, JSON.stringify(envelope)]).toContainEqual(rejection?.received);
  });

  it.each(NO_JSON)('what is no JSON: %s', async (text) => {
    const rejection = await rejections.get(text);

    expect(rejection?.problem).toMatchObject({ code: 'invalid-json' });
  });

  it(`more than ${LIMITS[door]} kB, and names the way round it`, async () => {
    const rejection = await rejections.get(tooLarge);

    expect(rejection?.problem).toMatchObject({ code: 'body-too-large' });
    expect(pointersOf(rejection?.problem)).toEqual(['/input/blob']);
  });
}

function rejectedByName(): void {
  it.each([
    { name: 'jobs/envelope.txt', code: 'invalid-envelope' },
    { name: 'jobs/a%2f..%2f..%2fb.json', code: 'invalid-envelope' },
    { name: 'jobs/question?.json', code: 'invalid-envelope' },
    { name: 'batch/questions.jsonl', code: 'invalid-envelope' },
    { name: 'batch/no%20deployment/questions.jsonl', code: 'invalid-envelope' },
  ])('at $name', async ({ name, code }) => {
    const text = JSON.stringify({ kind: 'response', request: REQUEST });
    const { problem } = await rejectionOf('blob-drop', await doors.drop(name, text));

    expect(problem).toMatchObject({ code });
  });
}

function refusedByTheApi(): void {
  it.each([
    '?kind=poem',
    '?status=done',
    '?label=team',
    '?top=0',
    '?top=1001',
    '?top=many',
    '?continuationToken=made-up',
  ])('GET /api/jobs%s', async (query) => {
    const { status, body } = await local.jobs.get(`/jobs${query}`);

    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'invalid-query' } });
  });

  it.each([
    { path: '/jobs/nobody', status: 404, code: 'job-not-found' },
    { path: '/jobs/..%2F..%2Fstate', status: 400, code: 'invalid-id' },
    { path: '/jobs/a%00b', status: 400, code: 'invalid-id' },
    { path: `/jobs/${'i'.repeat(65)}`, status: 400, code: 'invalid-id' },
    { path: '/jobs/nobody/outputs/output.md', status: 404, code: 'output-not-found' },
    {
      path: '/jobs/nobody/outputs/..%2F..%2Fstate%2Fjob.json',
      status: 404,
      code: 'output-not-found',
    },
    { path: '/jobs/..%2Fother/outputs/output.md', status: 400, code: 'invalid-id' },
  ])('GET /api$path', async ({ path, status, code }) => {
    expect(await local.jobs.get(path)).toMatchObject({ status, body: { status, code } });
  });

  it.each([
    { path: '/jobs/nobody/cancel', status: 404, code: 'job-not-found' },
    { path: '/jobs/nobody/actions/resubmit', status: 404, code: 'job-not-found' },
    { path: '/jobs/nobody/actions/explode', status: 409, code: 'action-not-offered' },
  ])('POST /api$path', async ({ path, status, code }) => {
    expect(await local.jobs.post(path)).toMatchObject({ status, body: { status, code } });
  });
}

/** @param before the jobs that there were already. */
function leavesNothing(before: ReadonlySet<string>): void {
  it('nothing was sent to Azure OpenAI', async () => {
    const requests = await local.simulator.requests(10_000);

    expect(requests.filter(({ deployment }) => DEPLOYMENTS.has(deployment ?? ''))).toEqual([]);
  });

  it('there is no job', async () => {
    expect((await allJobs()).filter(({ id }) => !before.has(id))).toEqual([]);
  });

  it('the app is well, and carries the next job', async () => {
    expect(await local.jobs.get('/health')).toMatchObject({ status: 200 });
    await local.jobs.submit({ id: 'good', kind: 'response', request: REQUEST });

    expect(await local.jobs.waitForEnd('good')).toMatchObject({ status: 'succeeded' });
    expect(await local.simulator.requestsFor(REQUEST.model)).not.toEqual([]);
  });
}

async function allJobs(): Promise<{ id: string }[]> {
  const { body } = await local.jobs.get('/jobs?top=1000');
  return (body as { jobs: { id: string }[] }).jobs;
}

/** The copy of what was rejected, to which the event and the copy must agree. */
interface Rejection {
  door: string;
  sourceId: string;
  problem: unknown;
  received: unknown;
}

async function rejectionOf(door: SilentDoor, sourceId: string): Promise<Rejection> {
  const { data } = await local.events.waitFor('longhaul.job.rejected', `${door}/${sourceId}`);
  const copy = JSON.parse((await blobs.at(String(data['copy']))).toString()) as Rejection;
  expect(copy).toMatchObject({ door, sourceId, problem: data['problem'] });
  return copy;
}

function pointersOf(problem: unknown): string[] {
  const { errors = [] } = problem as { errors?: { pointer: string }[] };
  return errors.map(({ pointer }) => pointer).toSorted();
}

/** A good envelope of so many bytes. */
function envelopeOf(bytes: number): string {
  const shell = JSON.stringify({ kind: 'response', request: { ...REQUEST, input: '' } });
  const input = 'x'.repeat(bytes - Buffer.byteLength(shell));
  return JSON.stringify({ kind: 'response', request: { ...REQUEST, input } });
}
