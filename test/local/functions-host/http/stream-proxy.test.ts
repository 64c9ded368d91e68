import http from 'node:http';
import { expect, test } from 'vitest';
import { startHost } from '../support/start-host.ts';
import { eventually } from '../support/eventually.ts';

const MEGABYTE = 1024 * 1024;

/** A body that comes in pieces. */
function pieces(count: number, size: number): ReadableStream<Uint8Array> {
  let left = count;
  return new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(new Uint8Array(size));
    },
  });
}

function post(url: string, body: ReadableStream<Uint8Array>): Promise<Response> {
  return fetch(url, { method: 'POST', body, duplex: 'half', headers: { 'x-given': 'a' } });
}

test('bodies stream both ways, whatever becomes of the other end', async () => {
  const { url, lines } = await startHost('stream');
  const api = `${url}/api`;

  const measured = await post(`${api}/measure`, pieces(16, MEGABYTE));
  expect(await measured.json()).toEqual({ length: 16 * MEGABYTE, given: 'a' });

  const large = await fetch(`${api}/bytes/${16 * MEGABYTE}`);
  expect(large.headers.get('content-length')).toBe(String(16 * MEGABYTE));
  expect(large.headers.get('x-ms-invocation-id')).toBeNull();
  expect((await large.arrayBuffer()).byteLength).toBe(16 * MEGABYTE);

  await expectMirrorWithoutDelay(`${api}/mirror`);

  const nothing = await fetch(`${api}/nothing`);
  expect(nothing.status).toBe(204);

  const unread = await post(`${api}/unread`, pieces(12, MEGABYTE));
  expect([unread.status, await unread.text()]).toEqual([413, 'too much']);

  expect((await fetch(`${api}/throws`)).status).toBe(500);
  await eventually(() => expect(lines.join('\n')).toContain('as told'));

  await expect(fetch(`${api}/breaks`).then((response) => response.text())).rejects.toThrow();

  await expectReaderMayGo(api);

  await expect(fetch(`${api}/crash`).then((response) => response.text())).rejects.toThrow();
  // What comes before the end of the worker is noticed is lost with it.
  await eventually(async () => {
    const after = await fetch(`${api}/bytes/10`);
    expect((await after.arrayBuffer()).byteLength).toBe(10);
  });
});

/** The answer to a piece arrives although the request has not ended. */
async function expectMirrorWithoutDelay(url: string): Promise<void> {
  const request = http.request(url, { method: 'POST' });
  const answered = Promise.withResolvers<http.IncomingMessage>();
  request.once('response', answered.resolve);
  request.write('first ');
  const response = await answered.promise;
  expect(response.headers['x-kept']).toBe('yes');
  const received: string[] = [];
  response.on('data', (chunk: Buffer) => received.push(chunk.toString()));
  await eventually(() => expect(received.join('')).toBe('first '));
  request.end('second');
  await eventually(() => expect(received.join('')).toBe('first second'));
}

/** A body is asked for no more than its reader takes, and ends with its reader. */
async function expectReaderMayGo(api: string): Promise<void> {
  const leaving = new AbortController();
  const response = await fetch(`${api}/endless`, { signal: leaving.signal });
  const reader = response.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain('tick');
  leaving.abort();
  await eventually(async () => {
    const counted = await fetch(`${api}/count`);
    expect(await counted.json()).toMatchObject({ opened: 1, closed: 1 });
  });
}

test('a slow reader is waited for: the worker does not pile up what nobody has read', async () => {
  const { url } = await startHost('stream');
  const size = 256 * MEGABYTE;
  const response = await fetch(`${url}/api/bytes/${size}`);
  const reader = response.body?.getReader();
  await reader?.read();
  const produced = async (): Promise<number> => {
    const counted = await fetch(`${url}/api/count`);
    return ((await counted.json()) as { produced: number }).produced;
  };
  let before = -1;
  await eventually(async () => {
    const now = await produced();
    const stalled = now === before;
    before = now;
    expect(stalled).toBe(true);
  });
  expect(before).toBeLessThan(size / 4);
  await reader?.cancel();
});
