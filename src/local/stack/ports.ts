import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { clock } from '../../clock.ts';

/** The ports of a stack, by what listens there. */
export interface Ports {
  functions: number;
  blob: number;
  queue: number;
  table: number;
  serviceBus: number;
  azureOpenAI: number;
}

/** Where a person expects each service: the ports of `func start`, Azurite and AMQP. */
export const USUAL_PORTS: Ports = {
  functions: 7071,
  blob: 10_000,
  queue: 10_001,
  table: 10_002,
  serviceBus: 5672,
  azureOpenAI: 7072,
};

const LOOK_EVERY_MS = 50;

/**
 * Finds a free port for everything: the preferred one if nobody listens there.
 *
 * @param preferred a port for each, or none
 * @param patienceMs how long to wait for a preferred port whose last user may be about to end
 */
export async function choosePorts(preferred: Partial<Ports>, patienceMs: number): Promise<Ports> {
  const names = Object.keys(USUAL_PORTS) as (keyof Ports)[];
  const chosen = await Promise.all(
    names.map(async (name) => [name, await choose(preferred[name], patienceMs)]),
  );
  return Object.fromEntries(chosen) as Ports;
}

async function choose(preferred: number | undefined, patienceMs: number): Promise<number> {
  const usable = preferred !== undefined && (await becomesFree(preferred, patienceMs));
  return usable ? preferred : freePort();
}

async function becomesFree(port: number, patienceMs: number): Promise<boolean> {
  const end = clock().now() + patienceMs;
  while (!(await isFree(port))) {
    if (clock().now() >= end) return false;
    await clock().sleep(LOOK_EVERY_MS);
  }
  return true;
}

/**
 * A free port below those that systems give to outgoing connections (from 32768 on Linux): such a connection
 * could have the port just when the service that owns it is started again.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
