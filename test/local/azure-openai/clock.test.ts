import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { clock } from '../../../src/clock.ts';
import { remoteClock } from '../../../src/local/azure-openai/clock.ts';

describe('a remote clock', () => {
  it('tells the time of another process, and stands still while that is away', async () => {
    let answer: unknown = { now: '2030-01-01T00:00:00.000Z' };
    const server = createServer((_request, response) => response.end(JSON.stringify(answer)));
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const remote = remoteClock(`http://localhost:${(server.address() as AddressInfo).port}/`);

    expect(await remote.now()).toBe(Date.UTC(2030, 0, 1));
    answer = { now: '2030-01-02T01:00:00+01:00' };
    expect(await remote.now()).toBe(Date.UTC(2030, 0, 2));
    answer = { now: 'soon' };
    expect(await remote.now()).toBe(Date.UTC(2030, 0, 2));
    server.close();
    server.closeAllConnections();
    expect(await remote.now()).toBe(Date.UTC(2030, 0, 2));
  });

  it('is the machine clock before it was ever reached', async () => {
    const before = clock().now();
    expect(await remoteClock('http://localhost:1/').now()).toBeGreaterThanOrEqual(before);
  });
});
