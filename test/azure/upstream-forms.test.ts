import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { multipartForm } from '../../src/azure/multipart.ts';
import { Patience } from '../../src/azure/patience.ts';
import { Upload } from '../../src/azure/upload.ts';
import { LonghaulError } from '../../src/jobs/errors.ts';
import { submitOnce } from '../../src/kinds/submission.ts';
import type { FormFile, FormPart, UpstreamRequest } from '../../src/kinds/upstream.ts';
import { freePort } from '../support/azurite.ts';
import { whole } from '../support/in-memory/whole.ts';
import { failureOf, serve, stopLater, upstreamAt } from './upstream-server.ts';

const MEGABYTE = 1024 * 1024;

function file(content: string | Buffer, fields: Partial<FormFile> = {}): FormFile {
  const bytes = Buffer.from(content);
  return {
    filename: 'rows.jsonl',
    contentType: 'application/jsonl',
    bytes: bytes.length,
    async *open() {
      const half = Math.ceil(bytes.length / 2);
      yield bytes.subarray(0, half);
      yield bytes.subarray(half);
    },
    ...fields,
  };
}

const upload = (parts: readonly FormPart[], fields: Partial<UpstreamRequest> = {}) => ({
  method: 'POST' as const,
  path: '/files',
  form: parts,
  ...fields,
});

/** What any server makes of a form: the platform's own parser. */
async function parsed(headers: Record<string, unknown>, body: string): Promise<FormData> {
  const type = String(headers['content-type']);
  return new Response(body, { headers: { 'content-type': type } }).formData();
}

describe('a form', () => {
  const parts: FormPart[] = [
    { name: 'purpose', value: 'batch' },
    { name: 'expires_after[anchor]', value: 'created_at' },
    { name: 'file', file: file('{"custom_id":"ü"}\n') },
  ];

  test('arrives as it was put together, in that order', async () => {
    const { base, seen } = await serve((_, response) => response.end('{"id":"file-1"}'));
    const reply = await upstreamAt(base).send(upload(parts));
    expect(reply).toMatchObject({ status: 200, body: { id: 'file-1' } });
    const { headers = {}, body = '', method } = seen[0] ?? {};
    expect(method).toBe('POST');
    const form = await parsed(headers, body);
    expect([...form.keys()]).toEqual(['purpose', 'expires_after[anchor]', 'file']);
    expect(form.get('purpose')).toBe('batch');
    const sent = form.get('file') as File;
    expect([sent.name, sent.type]).toEqual(['rows.jsonl', 'application/jsonl']);
    expect(await sent.text()).toBe('{"custom_id":"ü"}\n');
  });

  test('tells its length when it is known, and is sent in chunks when it is not', async () => {
    const { base, seen } = await serve((_, response) => response.end('{}'));
    const { bytes: _, ...unknown } = file('abc');
    await upstreamAt(base).send(upload(parts));
    await upstreamAt(base).send(upload([{ name: 'file', file: unknown }]));
    const [known, chunked] = seen;
    expect(Number(known?.headers['content-length'])).toBe(Buffer.byteLength(known?.body ?? ''));
    expect(known?.headers['transfer-encoding']).toBeUndefined();
    expect(chunked?.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    expect(chunked?.headers['content-length']).toBeUndefined();
    const form = await parsed(chunked?.headers ?? {}, chunked?.body ?? '');
    expect(await (form.get('file') as File).text()).toBe('abc');
  });

  test('holds no more than a few chunks of a file, however large it is', async () => {
    let read = 0;
    let ahead = 0;
    const chunk = Buffer.alloc(MEGABYTE);
    const server = await serveRaw((socket, received) => {
      ahead = Math.max(ahead, read - received);
      if (received >= 64 * MEGABYTE) answerOn(socket, '{}');
    });
    const large = {
      ...file('', { bytes: 64 * MEGABYTE }),
      async *open() {
        for (let piece = 0; piece < 64; piece += 1) {
          read += chunk.length;
          yield chunk;
        }
      },
    };
    await upstreamAt(server).send(upload([{ name: 'file', file: large }]));
    expect(read).toBe(64 * MEGABYTE);
    expect(ahead).toBeLessThan(16 * MEGABYTE);
  });

  test.each([
    ['a"; filename="evil', 'x\r\nContent-Type: text/html\r\n\r\n'],
    ['a\r\nX-Header: 1', 'na"me.png'],
    ['plain', 'grüße 文.png'],
    ['%22', 'a%0D.png'],
  ])('says %j and %j so that they can be nothing else', async (name, filename) => {
    const content = file('--longhaul-\r\n\r\n--', { filename, contentType: 'image/png' });
    const form = multipartForm([
      { name, value: 'one' },
      { name: 'file', file: content },
    ]);
    const body = (await whole(form.content())).toString();
    const fields = await parsed({ 'content-type': form.contentType }, body);
    expect([...fields]).toHaveLength(2);
    // Browsers escape quotes and line ends; what is escaped already looks the same.
    const unescaped = (text: string) =>
      decodeURI(text.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n'));
    expect([...fields.keys()].map(unescaped)).toEqual([unescaped(name), 'file']);
    expect(unescaped((fields.get('file') as File).name)).toBe(unescaped(filename));
    expect(form.bytes).toBe(Buffer.byteLength(body));
  });

  test('takes no header from the type of a blob', async () => {
    const evil = file('x', { contentType: 'a/b\r\nX-Evil: 1' });
    const form = multipartForm([{ name: 'file', file: evil }]);
    expect((await whole(form.content())).toString()).not.toContain('X-Evil');
  });
});

describe('a create by form', () => {
  const create = (part: FormFile, timeout = 5_000) => ({
    request: upload([{ name: 'input_reference', file: part }], { path: '/videos', timeout }),
    jobOf: () => ({ id: 'video_1' }),
    secrets: [],
  });

  test('that is accepted is', async () => {
    const { base } = await serve((_, response) => response.end('{"id":"video_1"}'));
    expect(await submitOnce(upstreamAt(base), create(file('png')))).toMatchObject({
      outcome: 'accepted',
    });
  });

  test('that is cut while it is sent is uncertain', async () => {
    const server = await serveRaw((socket, received) => {
      if (received > MEGABYTE) socket.resetAndDestroy();
    });
    const large = file(Buffer.alloc(8 * MEGABYTE));
    const error = await failureOf(upstreamAt(server).send(create(large).request));
    expect(error.sent).toBe(true);
    expect(await submitOnce(upstreamAt(server), create(large))).toMatchObject({
      outcome: 'uncertain',
    });
  });

  test('that is cut before its answer is uncertain', async () => {
    const { base, seen } = await serve((request) => request.socket.destroy());
    expect(await submitOnce(upstreamAt(base), create(file('png')))).toMatchObject({
      outcome: 'uncertain',
    });
    expect(seen).toHaveLength(1);
  });

  test('that finds no connection was not sent', async () => {
    const base = `http://127.0.0.1:${await freePort()}/openai/v1/`;
    const outcome = await submitOnce(upstreamAt(base), create(file('png')));
    expect(outcome).toMatchObject({ outcome: 'not-accepted', retry: { when: 'until-deadline' } });
  });

  test.each([
    ['input-changed', 'never'],
    ['storage-unavailable', 'until-deadline'],
  ] as const)('whose file fails half-way with %s was not accepted', async (code, when) => {
    const server = await serveRaw(() => undefined);
    const failing = file('', {
      bytes: MEGABYTE,
      async *open() {
        yield Buffer.alloc(1_000);
        throw new LonghaulError(code, 'The picture is away.');
      },
    });
    expect(await submitOnce(upstreamAt(server), create(failing))).toEqual({
      outcome: 'not-accepted',
      error: expect.objectContaining({ code, message: 'The picture is away.' }),
      retry: { when },
    });
  });

  test.each([
    ['shorter', 4],
    ['longer', 2],
  ])('whose file is %s than announced is not sent whole', async (_, bytes) => {
    const server = await serveRaw(() => undefined);
    expect(await submitOnce(upstreamAt(server), create(file('png', { bytes })))).toMatchObject({
      outcome: 'not-accepted',
      error: { code: 'input-changed' },
      retry: { when: 'never' },
    });
  });

  test('ends by the clock, whatever its progress, and reads no more of its file', async () => {
    const server = await serveRaw(() => undefined);
    const bytes = 1_000 * MEGABYTE;
    const closed = Promise.withResolvers<number>();
    const endless = file('', {
      bytes,
      async *open() {
        let read = 0;
        try {
          for (; ; read += 1_000) yield Buffer.alloc(1_000);
        } finally {
          closed.resolve(read);
        }
      },
    });
    const outcome = await submitOnce(upstreamAt(server), create(endless, 150));
    expect(outcome).toMatchObject({ outcome: 'uncertain' });
    expect(await closed.promise).toBeLessThan(bytes / 2);
  });
});

describe('an upload', () => {
  test('is given time while it makes progress, and while its file is read', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const reads = [1, 2].map(() => Promise.withResolvers<Uint8Array>());
      async function* source() {
        for (const { promise } of reads) yield await promise;
      }
      const patience = new Patience(1_000);
      patience.begin();
      const sending = new Upload(source(), patience).content();
      for (const { resolve } of reads) {
        const next = sending.next();
        vi.advanceTimersByTime(5_000);
        resolve(Buffer.from('read at last'));
        await next;
        vi.advanceTimersByTime(900);
      }
      await sending.next();
      expect(patience.signal.aborted).toBe(false);
      vi.advanceTimersByTime(1_000);
      expect(patience.signal.aborted, 'no answer').toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is given up when upstream takes no more of it', async () => {
    const server = await serveRaw((socket) => void socket.pause());
    const large = file(Buffer.alloc(0), {
      bytes: 500 * MEGABYTE,
      async *open() {
        for (;;) yield Buffer.alloc(MEGABYTE);
      },
    });
    const request = upload([{ name: 'file', file: large }], { timeout: 200 });
    expect((await failureOf(upstreamAt(server).send(request))).sent).toBe(true);
  });

  test('is given up when no answer comes to it', async () => {
    const { base } = await serve(() => undefined);
    const request = upload([{ name: 'file', file: file('x') }], { timeout: 200 });
    expect((await failureOf(upstreamAt(base).send(request))).sent).toBe(true);
  });
});

/** A server that only counts bytes. */
async function serveRaw(received: (socket: Socket, bytes: number) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    let bytes = 0;
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => received(socket, (bytes += chunk.length)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stopLater(async () => {
    for (const socket of sockets) socket.destroy();
    await once(server.close(), 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/openai/v1/`;
}

function answerOn(socket: Socket, body: string): void {
  socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}
