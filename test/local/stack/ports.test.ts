import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { choosePorts } from '../../../src/local/stack/ports.ts';

let server: Server;
let taken: number;

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  taken = (server.address() as AddressInfo).port;
});

afterEach(() => {
  server.close();
});

describe('the ports of a stack', () => {
  it('are the preferred ones where nobody else listens', async () => {
    const first = await choosePorts({}, 0);
    expect(await choosePorts(first, 0)).toEqual(first);
  });

  it('are all different', async () => {
    expect(new Set(Object.values(await choosePorts({}, 0))).size).toBe(6);
  });

  it('lie in tens that no stack shares, so that one program may be down for a while', async () => {
    const ports = Object.values(await choosePorts({}, 0));
    expect(new Set(ports.map((port) => Math.floor(port / 10))).size).toBe(1);
  });

  it('are free ones where somebody else listens', async () => {
    const { blob } = await choosePorts({ blob: taken }, 0);
    expect(blob).not.toBe(taken);
  });

  it('are waited for if their last user is about to end', async () => {
    const choice = choosePorts({ blob: taken }, 10_000);
    server.close();
    expect((await choice).blob).toBe(taken);
  });
});
