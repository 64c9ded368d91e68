import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { downloadTo, type WantedFile } from '../../src/kinds/download.ts';
import { scrubbedUpstream } from '../../src/kinds/scrubbed-upstream.ts';
import type { Upstream } from '../../src/kinds/upstream.ts';
import { plainly } from '../support/in-memory/around.ts';
import { MemoryOutputs, type OutputFiles } from '../support/in-memory/outputs.ts';
import { FileServer, type Manners, type Turn } from './support/file-server.ts';

const FILE = Buffer.from(Array.from({ length: 100 }, (_, index) => index));
const WANTED = { path: '/videos/v/content', name: 'video-1.mp4', contentType: 'video/mp4' };

/** Downloads into an empty container, and shows what is in it afterwards. */
async function download(upstream: Upstream, wanted: WantedFile = WANTED) {
  const files: OutputFiles = new Map();
  const outputs = new MemoryOutputs(files, plainly).writer('job');
  const result = await downloadTo(upstream, wanted, outputs);
  return { result, files, saved: files.get('job/video-1.mp4')?.content };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const rangesOf = ({ requests }: FileServer) => requests.map(({ headers }) => headers?.['range']);

describe('a download', () => {
  test('saves the file, hashed on the way', async () => {
    const { result, saved } = await download(new FileServer(FILE));
    expect(saved?.equals(FILE)).toBe(true);
    expect(result).toEqual({
      outcome: 'saved',
      file: { name: 'video-1.mp4', bytes: 100, sha256: sha256(FILE), contentType: 'video/mp4' },
    });
  });

  test('that is cut goes on where it was cut, if it still is the same file', async () => {
    const server = new FileServer(FILE, [{ cutAfter: 30 }, { cutAfter: 20 }]);
    const { saved } = await download(server);
    expect(saved?.equals(FILE)).toBe(true);
    expect(server.requests.map(({ headers }) => headers)).toEqual([
      {},
      { range: 'bytes=30-', 'if-range': '"v1"' },
      { range: 'bytes=50-', 'if-range': '"v1"' },
    ]);
  });

  test.each([
    ['ignored, which spares a call', 'ignored', [undefined, 'bytes=30-']],
    ['answered with another one', 'wrong', [undefined, 'bytes=30-', undefined]],
    ['answered without saying which', 'unsaid', [undefined, 'bytes=30-', undefined]],
  ] as const)('begins again when its range is %s', async (_, ranges, asked) => {
    const server = new FileServer(FILE, [{ cutAfter: 30 }, { ranges }]);
    const { saved } = await download(server);
    expect(saved?.equals(FILE)).toBe(true);
    expect(rangesOf(server)).toEqual(asked);
  });

  test.each([
    { etag: true },
    { etag: true, ignoresIfRange: true },
    { etag: false, headers: { etag: 'W/"weak"' } },
  ])(
    'begins again when the file has changed meanwhile, as far as upstream says: %j',
    async (manners) => {
      const server = new FileServer(FILE, [{ cutAfter: 30 }, { changed: manners.etag }], manners);
      const { saved } = await download(server);
      expect(saved?.equals(server.content)).toBe(true);
    },
  );

  test.each<[string, Turn]>([
    ['ends early', { endAfter: 99 }],
    ['is longer than announced', { extra: 1 }],
    ['is cut before its first byte', { cutAfter: 0 }],
  ])('is not taken for whole when it %s', async (_, turn) => {
    const once = await download(new FileServer(FILE, [turn]));
    expect(once.saved?.equals(FILE)).toBe(true);
    const always = await download(
      new FileServer(
        FILE,
        Array.from({ length: 50 }, () => turn),
      ),
    );
    if (turn.endAfter === undefined) {
      expect(always.result).toMatchObject({ outcome: 'unreadable', error: { retryable: true } });
      expect([...always.files]).toEqual([]);
    }
  });

  test('is given up for now when it gets no further, and costs few calls', async () => {
    const server = new FileServer(FILE, [
      { cutAfter: 30 },
      ...Array.from({ length: 50 }, () => ({ refused: true })),
    ]);
    const { result, files } = await download(server);
    expect(result).toMatchObject({ outcome: 'unreadable' });
    expect(files.size).toBe(0);
    expect(server.requests.length).toBeLessThanOrEqual(5);
  });

  test('is given up for now when a hundred cuts do not suffice', async () => {
    const server = new FileServer(
      FILE,
      Array.from({ length: 100 }, () => ({ cutAfter: 1 })),
    );
    const { result, files } = await download(server);
    expect(result).toMatchObject({ outcome: 'unreadable' });
    expect(files.size).toBe(0);
    expect(server.requests).toHaveLength(20);
  });

  test.each<[string, Turn, string]>([
    ['not found', { reply: { status: 404 } }, 'outputs-gone'],
    ['expired', { reply: { status: 410 } }, 'outputs-gone'],
    ['at a wrong address', notFoundRoute(), 'upstream-failed-retryable'],
    [
      'throttled',
      { reply: { status: 429, headers: { 'retry-after': '7' } } },
      'upstream-failed-retryable',
    ],
    ['not reached', { refused: true }, 'upstream-failed-retryable'],
    ['answered with another success', { reply: { status: 202 } }, 'upstream-failed-retryable'],
  ])('that is %s says so, also half-way', async (_, turn, code) => {
    for (const turns of [[turn], [{ cutAfter: 5 }, turn, turn, turn]]) {
      const { result, files } = await download(new FileServer(FILE, turns));
      expect(result).toMatchObject({
        outcome: code === 'outputs-gone' ? 'gone' : 'unreadable',
        error: { code },
      });
      expect(files.size).toBe(0);
    }
  });

  test('tells when upstream wants to be asked again', async () => {
    const reply = { status: 429, headers: { 'retry-after': '7' } };
    const { result } = await download(new FileServer(FILE, [{ reply }]));
    expect(result).toMatchObject({ outcome: 'unreadable', retryAfter: 7 });
  });

  test.each<Manners>([{}, { length: false }])('of nothing writes nothing: %j', async (manners) => {
    const { result, files } = await download(new FileServer(Buffer.alloc(0), [], manners));
    expect(result).toEqual({ outcome: 'empty' });
    expect(files.size).toBe(0);
  });

  test('trusts no length of an encoded file, and asks for no part of it', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-length': '12' };
    const server = new FileServer(FILE, [], { length: false, headers });
    const { saved } = await download(server);
    expect(saved?.equals(FILE)).toBe(true);
  });

  test('throws what the outputs throw', async () => {
    const down = { write: () => Promise.reject(new Error('storage is away')) };
    await expect(downloadTo(new FileServer(FILE), WANTED, down)).rejects.toThrow('storage is away');
  });

  test('leaves the file that was there until it is whole', async () => {
    const files: OutputFiles = new Map();
    const outputs = new MemoryOutputs(files, plainly).writer('job');
    await outputs.write('video-1.mp4', 'the former one', 'video/mp4');
    const server = new FileServer(FILE, [{ cutAfter: 50 }, { reply: { status: 404 } }]);
    expect(await downloadTo(server, WANTED, outputs)).toMatchObject({ outcome: 'gone' });
    expect(files.get('job/video-1.mp4')?.content.toString()).toBe('the former one');
  });

  test('through an upstream that keeps secrets leaves the file as it is', async () => {
    const file = Buffer.from('binary that holds sesame by chance');
    const { saved } = await download(scrubbedUpstream(new FileServer(file), ['sesame']));
    expect(saved?.equals(file)).toBe(true);
    const reply = { status: 400, body: { error: { message: 'sesame is wrong' } } };
    const refused = await download(scrubbedUpstream(new FileServer(file, [{ reply }]), ['sesame']));
    expect(JSON.stringify(refused.result)).not.toContain('sesame');
  });
});

describe('the content type', () => {
  test.each([
    ['video/webm', 'video/webm'],
    ['Video/MP4; codecs="avc1"', 'video/mp4'],
    ['application/octet-stream', 'video/mp4'],
    ['text/html; charset=utf-8', 'video/mp4'],
    ['image/svg+xml', 'video/mp4'],
    ['video/mp4\r\nx: y', 'video/mp4'],
    ['', 'video/mp4'],
  ])('%j becomes %s', async (said, kept) => {
    const server = new FileServer(FILE, [], { headers: { 'content-type': said } });
    const { result } = await download(server);
    expect(result).toMatchObject({ file: { contentType: kept } });
  });

  test('may decide the name', async () => {
    const server = new FileServer(FILE, [], { headers: { 'content-type': 'image/webp' } });
    const name = (type: string) => `thumbnail-1.${type.split('/')[1] ?? 'bin'}`;
    const { result } = await download(server, { path: '/x', name });
    expect(result).toMatchObject({ file: { name: 'thumbnail-1.webp', contentType: 'image/webp' } });
  });
});

describe('whatever the line does', () => {
  const offset = fc.integer({ min: 0, max: 60 });
  const turn: fc.Arbitrary<Turn> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ cutAfter: offset, changed: fc.constant(false) }) },
    fc.record({ endAfter: offset }),
    fc.record({ extra: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ cutAfter: offset, ranges: fc.constantFrom('ignored', 'wrong', 'unsaid') }),
    fc.constant({ refused: true }),
    fc.constant({ changed: true, cutAfter: 5 }),
    fc.record({ reply: fc.record({ status: fc.constantFrom(404, 410, 416, 429, 500, 503) }) }),
  );
  const manners = fc.record({ etag: fc.boolean(), ignoresIfRange: fc.boolean() });

  test('a file is there only when it is whole, and then it is exactly that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(turn, { maxLength: 25 }),
        manners,
        async (bytes, turns, kept) => {
          // A file that changes unannounced, without an ETag, cannot be told from one that does not.
          const told = kept.etag ? turns : turns.map((one) => ({ ...one, changed: false }));
          const server = new FileServer(Buffer.from(bytes), told, kept);
          const { result, saved } = await download(server);
          expect(saved !== undefined).toBe(result.outcome === 'saved');
          expect(server.requests.length).toBeLessThanOrEqual(21);
          if (saved) expect(isOneVersion(saved, Buffer.from(bytes))).toBe(true);
          if (result.outcome === 'empty') expect(bytes).toHaveLength(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('without a length, only what was cut is told from what is whole', async () => {
    const cuts = fc.array(fc.record({ cutAfter: offset }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        cuts,
        async (bytes, turns) => {
          const server = new FileServer(Buffer.from(bytes), turns, { length: false });
          const { result, saved } = await download(server);
          expect(saved?.equals(bytes) ?? result.outcome === 'unreadable').toBe(true);
        },
      ),
    );
  });
});

/** The file or its counterpart, never a mixture of both. */
function isOneVersion(saved: Buffer, bytes: Buffer): boolean {
  return saved.equals(bytes) || saved.equals(Buffer.from(bytes.map((byte) => byte ^ 0xff)));
}

function notFoundRoute(): Turn {
  return {
    reply: { status: 404, body: { error: { code: '404', message: 'Resource not found' } } },
  };
}
