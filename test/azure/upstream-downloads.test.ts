import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { downloadTo } from '../../src/kinds/download.ts';
import { UpstreamConnectionError, type UpstreamFile } from '../../src/kinds/upstream.ts';
import { plainly } from '../support/in-memory/around.ts';
import { MemoryOutputs, type OutputFiles } from '../support/in-memory/outputs.ts';
import { failureOf, serve, upstreamAt } from './upstream-server.ts';

const MEGABYTE = 1024 * 1024;
const FILE = Buffer.alloc(3 * MEGABYTE, 'abcdefg');
const path = '/videos/v/content';

async function fileAt(base: string, timeout = 5_000): Promise<UpstreamFile> {
  const file = await upstreamAt(base, timeout).download({ path });
  if ('content' in file) return file;
  throw new Error(`no file, but ${file.status}`);
}

describe('a file', () => {
  test('comes with its status, its headers and its bytes as they are', async () => {
    const { base, seen } = await serve((_, response) => {
      response.writeHead(200, { 'Content-Type': 'video/mp4', ETag: '"1"' }).end(FILE);
    });
    const file = await fileAt(base);
    expect(file).toMatchObject({
      status: 200,
      headers: { 'content-type': 'video/mp4', etag: '"1"' },
    });
    expect((await buffer(file.content)).equals(FILE)).toBe(true);
    expect(seen[0]).toMatchObject({
      method: 'GET',
      headers: { accept: '*/*', 'accept-encoding': 'identity', connection: 'close' },
    });
  });

  test('is there before it has come in', async () => {
    const responses: ServerResponse[] = [];
    const { base } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '2' }).write('a');
      responses.push(response);
    });
    const file = await fileAt(base);
    responses[0]?.end('b');
    expect((await buffer(file.content)).toString()).toBe('ab');
  });

  test('may be asked for in part', async () => {
    const { base, seen } = await serve((_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 1-2/3' }).end('bc');
    });
    const headers = { range: 'bytes=1-', 'if-range': '"1"' };
    const file = await upstreamAt(base).download({ path, headers });
    expect(file).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 1-2/3' } });
    expect(seen[0]?.headers).toMatchObject(headers);
  });

  test.each([204, 200])('may be empty (%i)', async (status) => {
    const { base } = await serve((_, response) => response.writeHead(status).end());
    expect(await buffer((await fileAt(base)).content)).toHaveLength(0);
  });

  test.each([307, 404, 429, 500])(
    'that is not there gives the whole answer (%i)',
    async (status) => {
      const { base, seen } = await serve((_, response) => {
        response
          .writeHead(status, { 'retry-after': '3', location: '/x' })
          .end('{"error":{"code":"x"}}');
      });
      expect(await upstreamAt(base).download({ path })).toMatchObject({
        status,
        headers: { 'retry-after': '3' },
        body: { error: { code: 'x' } },
      });
      expect(seen).toHaveLength(1);
    },
  );

  test.each<[string, (response: ServerResponse) => void]>([
    ['of a known length', (response) => response.writeHead(200, { 'content-length': '100' })],
    ['in chunks', (response) => response.writeHead(200)],
  ])('%s that is cut fails by its connection', async (_, head) => {
    const { base } = await serve((request, response) => {
      head(response);
      response.write('half', () => request.socket.destroy());
    });
    const { content } = await fileAt(base);
    const error = await failureOf(buffer(content));
    expect(error.sent).toBe(true);
    expect(error.message).toMatch(/^GET \/videos\/v\/content got no whole answer/);
  });

  test('that stands still is given up', async () => {
    const { base } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
    });
    const { content } = await fileAt(base, 100);
    await expect(buffer(content)).rejects.toThrow(UpstreamConnectionError);
  });

  test('that does not begin is given up', async () => {
    const { base } = await serve(() => undefined);
    expect((await failureOf(upstreamAt(base, 100).download({ path }))).sent).toBe(true);
  });

  test('is left when nobody reads on, begun or not', async () => {
    const closed: Promise<unknown>[] = [];
    const { base } = await serve((_, response) => {
      closed.push(new Promise((resolve) => response.once('close', resolve)));
      response.writeHead(200).write(FILE);
    });
    for await (const _ of (await fileAt(base)).content) break;
    await (await fileAt(base)).content[Symbol.asyncIterator]().return?.();
    expect(await Promise.all(closed)).toHaveLength(2);
  });

  test('comes no faster than it is read', async () => {
    let sent = 0;
    const { base } = await serve((_, response) => {
      const more = () => {
        while (sent < 256 * MEGABYTE && response.write(FILE)) sent += FILE.length;
      };
      response.on('drain', () => {
        sent += FILE.length;
        more();
      });
      more();
    });
    const { content } = await fileAt(base);
    let read = 0;
    for await (const chunk of content) {
      read += chunk.length;
      expect(sent - read).toBeLessThan(32 * MEGABYTE);
      if (read > 128 * MEGABYTE) break;
    }
    expect(read).toBeGreaterThan(128 * MEGABYTE);
  });
});

describe('a download over real connections', () => {
  test('goes on after every cut, where upstream honours ranges', async () => {
    const { base, seen } = await serve((request, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const last = FILE.length - 1;
      response.writeHead(start > 0 ? 206 : 200, {
        'content-length': FILE.length - start,
        ...(start > 0 ? { 'content-range': `bytes ${start}-${last}/${FILE.length}` } : {}),
      });
      const end = Math.min(FILE.length, start + MEGABYTE);
      response.write(FILE.subarray(start, end), () => {
        if (end < FILE.length) request.socket.destroy();
        else response.end();
      });
    });
    const files: OutputFiles = new Map();
    const outputs = new MemoryOutputs(files, plainly).writer('job');
    const result = await downloadTo(upstreamAt(base), { path, name: 'video-1.mp4' }, outputs);
    expect(result).toMatchObject({ outcome: 'saved', file: { bytes: FILE.length } });
    expect(files.get('job/video-1.mp4')?.content.equals(FILE)).toBe(true);
    expect(seen.length).toBeGreaterThanOrEqual(3);
  });
});
