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

const NAMES = Object.keys(USUAL_PORTS) as (keyof Ports)[];

/**
 * Finds a free port for everything: the preferred one if nobody listens there.
 *
 * @param preferred a port for each, or none
 * @param patienceMs how long to wait for a preferred port whose last user may be about to end
 */
export async function choosePorts(preferred: Partial<Ports>, patienceMs: number): Promise<Ports> {
  const usable = await Promise.all(
    Object.entries(preferred).map(async ([name, port]) =>
      (await becomesFree(port, patienceMs)) ? [[name, port]] : [],
    ),
  );
  const kept = Object.fromEntries(usable.flat()) as Partial<Ports>;
  return NAMES.every((name) => name in kept)
    ? (kept as Ports)
    : { ...(await freePorts()), ...kept };
}

async function becomesFree(port: number, patienceMs: number): Promise<boolean> {
  const end = clock().now() + patienceMs;
  while (!(await isFree(port))) {
    if (clock().now() >= end) return false;
    await clock().sleep(LOOK_EVERY_MS);
  }
  return true;
}

/** How far apart the first ports of two stacks are, at least. */
const BLOCK = 10;

/**
 * Free ports side by side, so that a stack of which one program is down for a moment keeps that port: another
 * stack finds the neighbours taken. They are below those that systems give to outgoing connections (from
 * 32768 on Linux): such a connection could have the port just when the service that owns it is started again.
 */
async function freePorts(): Promise<Ports> {
  for (;;) {
    const first = BLOCK * randomInt(2_000, 3_200);
    const ports = NAMES.map((name, index) => [name, first + index] as const);
    const free = await Promise.all(ports.map(([, port]) => isFree(port)));
    if (free.every(Boolean)) return Object.fromEntries(ports) as unknown as Ports;
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
