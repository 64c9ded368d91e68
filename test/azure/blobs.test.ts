import { createHash, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BlobInbox } from '../../src/azure/inbox.ts';
import { BlobJobState } from '../../src/azure/job-state.ts';
import { BlobOutputs } from '../../src/azure/outputs.ts';
import { BlobRejections } from '../../src/azure/rejections.ts';
import { documentOf } from '../../src/jobs/job.ts';
import { allOf } from '../support/all-of.ts';
import { azuritePorts, connectionStringFor } from '../support/azurite.ts';
import { startLossyProxy, type LossyProxy } from '../support/lossy-proxy.ts';
import { aJob } from './jobs.ts';

const MEGABYTE = 1024 * 1024;

let proxy: LossyProxy;
let container: ContainerClient;

beforeAll(async () => {
  proxy = await startLossyProxy(azuritePorts().blob);
});

afterAll(async () => {
  await proxy.stop();
});

beforeEach(async () => {
  const service = BlobServiceClient.fromConnectionString(
    connectionStringFor('blobs', { ...azuritePorts(), blob: proxy.port }),
  );
  container = service.getContainerClient(randomUUID());
  await container.create();
});

async function blobNames(): Promise<string[]> {
  return (await allOf(container.listBlobsFlat())).map(({ name }) => name);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('outputs', () => {
  let outputs: BlobOutputs;

  beforeEach(() => {
    outputs = new BlobOutputs(container, container);
  });

  async function read(name: string, range?: { start?: number; end?: number }) {
    const content = await outputs.read('job', name, range);
    if (content === undefined) return undefined;
    const { stream, ...about } = content;
    return { ...about, text: (await buffer(stream)).toString('utf8') };
  }

  test('come back as they were written', async () => {
    const file = await outputs.writer('job').write('output.md', 'Grüße', 'text/markdown');
    expect(file).toEqual({
      name: 'output.md',
      bytes: 7,
      sha256: sha256(Buffer.from('Grüße')),
      contentType: 'text/markdown',
    });
    expect(await read('output.md')).toMatchObject({
      text: 'Grüße',
      bytes: 7,
      totalBytes: 7,
      start: 0,
      contentType: 'text/markdown',
    });
    expect(outputs.url('job', 'output.md')).toBe(`${container.url}/job/output.md`);
  });

  test.each([
    ['the first bytes', { start: 0, end: 1 }, '01', 0],
    ['a byte', { start: 4, end: 4 }, '4', 4],
    ['from a byte on', { start: 8 }, '89', 8],
    ['more than there is', { start: 8, end: 99 }, '89', 8],
    ['the last bytes', { end: 3 }, '789', 7],
    ['more last bytes than there are', { end: 99 }, '0123456789', 0],
  ])('are read in part: %s', async (_, range, text, start) => {
    await outputs.writer('job').write('ten.txt', '0123456789', 'text/plain');
    expect(await read('ten.txt', range)).toMatchObject({
      text,
      start,
      bytes: text.length,
      totalBytes: 10,
    });
  });

  test.each([{ start: 10 }, { start: 5, end: 4 }, { end: 0 }])(
    'refuse the range %j of ten bytes',
    async (range) => {
      await outputs.writer('job').write('ten.txt', '0123456789', 'text/plain');
      await expect(read('ten.txt', range)).rejects.toMatchObject({ code: 'range-not-satisfiable' });
    },
  );

  test('may be empty', async () => {
    async function* nothing() {}
    expect(await outputs.writer('job').write('errors.jsonl', nothing(), 'x/y')).toMatchObject({
      bytes: 0,
      sha256: sha256(Buffer.alloc(0)),
    });
    expect(await read('errors.jsonl')).toMatchObject({ text: '', bytes: 0, contentType: 'x/y' });
    await expect(read('errors.jsonl', { start: 0 })).rejects.toThrow(/has 0 bytes/);
  });

  test('that are not there are none, and no name leads elsewhere', async () => {
    await outputs.writer('other').write('secret.txt', 'x', 'text/plain');
    expect(await read('output.md')).toBeUndefined();
    for (const name of ['../other/secret.txt', '..', '', 'a/b', '%2e%2e']) {
      expect(await read(name), name).toBeUndefined();
    }
    expect(await outputs.read('../other', 'secret.txt')).toBeUndefined();
    await expect(outputs.writer('job').write('../x', 'x', 'x/y')).rejects.toThrow(/cannot be/);
  });

  test('pass through a block at a time, whatever their size', async () => {
    const chunk = Buffer.alloc(MEGABYTE, 'x');
    const before = proxy.received();
    let sent = 0;
    let held = 0;
    async function* large() {
      for (let piece = 0; piece < 28; piece += 1) {
        held = Math.max(held, sent - (proxy.received() - before));
        sent += chunk.length;
        yield chunk;
      }
    }
    const file = await outputs.writer('job').write('video-1.mp4', large(), 'video/mp4');
    expect(file).toMatchObject({ bytes: sent, sha256: sha256(Buffer.alloc(sent, 'x')) });
    expect(held).toBeLessThanOrEqual(4 * 4 * MEGABYTE);
    expect(await outputs.read('job', 'video-1.mp4', { end: 5 })).toMatchObject({
      totalBytes: sent,
    });
  });

  test('never look whole when their source fails half-way', async () => {
    async function* broken() {
      yield Buffer.alloc(5 * MEGABYTE);
      throw new Error('the source was cut');
    }
    const write = () => outputs.writer('job').write('video-1.mp4', broken(), 'video/mp4');
    await expect(write()).rejects.toThrow('the source was cut');
    expect(await outputs.read('job', 'video-1.mp4')).toBeUndefined();
    await outputs.writer('job').write('video-1.mp4', 'whole', 'video/mp4');
    await expect(write()).rejects.toThrow('the source was cut');
    expect(await read('video-1.mp4')).toMatchObject({ text: 'whole' });
  });

  test('written by two runs at once are those of one of them', async () => {
    async function* of(letter: string) {
      for (let piece = 0; piece < 5; piece += 1) yield Buffer.alloc(MEGABYTE, letter);
    }
    const writer = outputs.writer('job');
    const results = await Promise.allSettled(
      ['a', 'b'].map((letter) => writer.write('both', of(letter), 'x/y')),
    );
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({ code: 'storage-unavailable' });
      }
    }
    const text = (await read('both'))?.text ?? '';
    expect([...new Set(text)]).toHaveLength(1);
    expect(text).toHaveLength(5 * MEGABYTE);
  });

  test('are listed by a manifest', async () => {
    expect(await outputs.readManifest('job')).toBeUndefined();
    const manifest = { jobId: 'job', complete: true, createdAt: '2026-01-01T00:00:00Z', files: [] };
    await outputs.writeManifest(manifest);
    expect(await outputs.readManifest('job')).toEqual(manifest);
    expect(await read('manifest.json')).toMatchObject({
      contentType: 'application/json; charset=utf-8',
    });
  });
});

describe('the inbox', () => {
  let inbox: BlobInbox;
  const path = (name: string) => `${container.containerName}/${name}`;
  const drop = (name: string, text: string) =>
    container.getBlockBlobClient(name).upload(text, text.length);

  beforeEach(() => {
    inbox = new BlobInbox(container);
  });

  test('reads the blob that was pinned', async () => {
    await drop('jobs/a b.json', '{"a":1}');
    const found = await inbox.stat(path('jobs/a b.json'));
    expect(found).toEqual({
      etag: expect.stringMatching(/^0x\w+$/),
      bytes: 7,
      contentType: 'application/octet-stream',
    });
    const etag = found?.etag ?? '';
    expect(await inbox.read(path('jobs/a b.json'), etag, 7)).toEqual(Buffer.from('{"a":1}'));
    expect(await inbox.read(path('jobs/a b.json'), `"${etag}"`, 6)).toBe('too-large');
    await drop('jobs/a b.json', '{"a":2}');
    expect(await inbox.read(path('jobs/a b.json'), etag, 7)).toBeUndefined();
  });

  test('streams on where an answer was lost', async () => {
    const bytes = Buffer.alloc(9 * MEGABYTE, 'abcdefghij');
    await container.getBlockBlobClient('large').uploadData(bytes);
    const { etag = '' } = (await inbox.stat(path('large'))) ?? {};
    const stream = inbox.open(path('large'), etag);
    const { value: first } = await stream.next();
    proxy.loseNextAnswer(({ method }) => method === 'GET');
    const rest = await buffer(stream);
    expect(Buffer.concat([first ?? Buffer.alloc(0), rest]).equals(bytes)).toBe(true);
  });

  test('reads an empty blob', async () => {
    await drop('empty', '');
    const { etag = '' } = (await inbox.stat(path('empty'))) ?? {};
    expect(await inbox.read(path('empty'), etag, 10)).toEqual(Buffer.alloc(0));
  });

  test('knows no blob that is not there', async () => {
    expect(await inbox.stat(path('none'))).toBeUndefined();
    expect(await inbox.read(path('none'), '0x1', 10)).toBeUndefined();
    await expect(inbox.remove(path('none'), '0x1')).resolves.toBeUndefined();
  });

  test('removes a blob only while it is the one that was taken', async () => {
    await drop('taken', 'old');
    const { etag = '' } = (await inbox.stat(path('taken'))) ?? {};
    await drop('taken', 'new');
    await inbox.remove(path('taken'), etag);
    const now = await inbox.stat(path('taken'));
    expect(now?.bytes).toBe(3);
    await inbox.remove(path('taken'), now?.etag ?? '');
    expect(await inbox.stat(path('taken'))).toBeUndefined();
  });

  test.each([
    '',
    '/a',
    'a//b',
    '../state/x',
    'a/../../state/x',
    'a\\..\\b',
    '%2e%2e/x',
    '.',
    'a\n',
  ])('refuses the name %j', async (name) => {
    await expect(inbox.stat(path(name))).rejects.toMatchObject({ code: 'input-invalid' });
  });

  test('refuses other containers', async () => {
    for (const other of ['state/job/request.json', `${container.containerName}x/a`, 'a']) {
      await expect(inbox.stat(other)).rejects.toThrow(/must be ".*\/" and the name of a blob/);
    }
  });
});

describe('the state of a job', () => {
  test('keeps requests apart by their hash, and apart from the one without secrets', async () => {
    const state = new BlobJobState(container);
    await state.putRequest('job', 'h1', { model: 'a', key: 'secret' });
    await state.putRequest('job', 'h2', { model: 'b' });
    await state.putRequest('job2', 'h1', { model: 'c' });
    expect(await state.readRequest('job', 'h1')).toEqual({ model: 'a', key: 'secret' });
    await state.deleteRequest('job', 'h2');
    await state.deleteRequest('job', 'h2');
    expect(await state.readRequest('job', 'h2')).toBeUndefined();
    await state.putRequest('job', 'h2', { model: 'b' });
    await state.putSealedRequest('job', { model: 'a', key: 'redacted' });
    await state.deleteRequests('job');
    await state.deleteRequests('job');
    expect(await blobNames()).toEqual(['job/request.json', 'job2/requests/h1.json']);
    expect(await state.readSealedRequest('job')).toEqual({ model: 'a', key: 'redacted' });
  });

  test('can be removed without touching another', async () => {
    const state = new BlobJobState(container);
    await state.putDocument(documentOf(aJob('job'), []));
    await state.putDocument(documentOf(aJob('job2'), []));
    await state.remove('job');
    expect(await blobNames()).toEqual(['job2/job.json']);
  });
});

describe('rejections', () => {
  const rejection = (rejectedAt: string) => ({
    door: 'http',
    sourceId: 'x',
    rejectedAt,
    problem: {
      type: 'urn:x',
      title: 't',
      status: 400,
      detail: 'd',
      code: 'invalid-json' as const,
      retryable: false,
    },
    received: 'text',
  });

  test('stay as they were first stored', async () => {
    const rejections = new BlobRejections(container);
    const first = await rejections.putOnce('http/x.json', rejection('2026-01-01'));
    const repeat = await rejections.putOnce('http/x.json', rejection('2026-01-02'));
    expect(repeat).toEqual(first);
    expect(first).toEqual({
      rejection: rejection('2026-01-01'),
      url: `${container.url}/http/x.json`,
    });
  });

  test('have no name that leads elsewhere', async () => {
    const rejections = new BlobRejections(container);
    await expect(rejections.putOnce('../x.json', rejection(''))).rejects.toThrow(/cannot be/);
  });
});
