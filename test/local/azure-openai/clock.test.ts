import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { clock } from '../../../src/clock.ts';
import { remoteClock } from '../../../src/local/azure-openai/clock.ts';

describe('a remote clock', () => {
  it('tells the time of another process, and stands still when that stays away', async () => {
    let answer: unknown = { now: '2030-01-01T00:00:00.000Z' };
    const server = createServer((_request, response) => response.end(JSON.stringify(answer)));
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const remote = remoteClock(urlOf(server), 0);

    expect(await remote.now()).toBe(Date.UTC(2030, 0, 1));
    answer = { now: '2030-01-02T01:00:00+01:00' };
    expect(await remote.now()).toBe(Date.UTC(2030, 0, 2));
    answer = { now: 'soon' };
    expect(await remote.now()).toBe(Date.UTC(2030, 0, 2));
    server.close();
    server.closeAllConnections();
    expect(await remote.now()).toBe(Date.UTC(2030, 0, 2));
  });

  it('is waited for while it is away, for work must not be dated by an older time', async () => {
    let answers = 0;
    const server = createServer((_request, response) => {
      answers += 1;
      const isAway = answers === 2 || answers === 3;
      if (isAway) response.destroy();
      else response.end(JSON.stringify({ now: `2030-01-01T00:00:0${answers}.000Z` }));
    });
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const remote = remoteClock(urlOf(server));

    expect(await remote.now()).toBe(Date.UTC(2030, 0, 1, 0, 0, 1));
    expect(await remote.glance?.()).toBe(Date.UTC(2030, 0, 1, 0, 0, 1));
    expect(await remote.now()).toBe(Date.UTC(2030, 0, 1, 0, 0, 4));
    server.close();
  });

  it('is the machine clock before it was ever reached', async () => {
    const before = clock().now();
    expect(await remoteClock('http://localhost:1/', 0).now()).toBeGreaterThanOrEqual(before);
  });
});

function urlOf(server: Server): string {
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}
