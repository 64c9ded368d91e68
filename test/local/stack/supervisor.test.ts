import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Program, ProgramEnded } from '../../../src/local/stack/child.ts';
import { Supervisor } from '../../../src/local/stack/supervisor.ts';

let directory: string;
let supervisor: Supervisor;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'supervisor-'));
});

afterEach(async () => {
  await supervisor.kill();
  rmSync(directory, { recursive: true });
});

describe('a supervised program', () => {
  it('says what the others need to know', async () => {
    supervise('steady', {}, ['--port', '1234']);
    expect(await supervisor.start()).toMatchObject({ arguments: ['--port', '1234'] });
  });

  it('is started again with the same arguments when it is killed', async () => {
    const recovered = Promise.withResolvers<void>();
    const died = vi.fn();
    supervise('steady', { died, recovered: recovered.resolve });
    await supervisor.start();
    const first = pid();
    process.kill(first, 'SIGKILL');
    await recovered.promise;
    expect(died).toHaveBeenCalledExactlyOnceWith('signal SIGKILL');
    expect(pid()).not.toBe(first);
  });

  it('fails to start with the last it wrote', async () => {
    supervise('never-ready');
    await expect(supervisor.start()).rejects.toThrow(/exit code 3[^]*The disk is full\./);
  });

  it('is given up when it keeps dying, with the last it wrote', async () => {
    const gaveUp = Promise.withResolvers<ProgramEnded>();
    const died = vi.fn();
    supervise('short-lived', { died, gaveUp: gaveUp.resolve });
    await supervisor.start();
    expect((await gaveUp.promise).message).toMatch(/exit code 4[^]*Nobody needs me\./);
    expect(died.mock.calls.length).toBeGreaterThan(1);
  });

  it('stays down after an outage was asked for, until it is started again', async () => {
    const died = vi.fn();
    supervise('steady', { died });
    await supervisor.start();
    await supervisor.kill();
    expect(supervisor.pid).toBeUndefined();
    await supervisor.start();
    expect(supervisor.pid).toBeTypeOf('number');
    expect(died).not.toHaveBeenCalled();
  });

  it('ends by itself when it is asked to', async () => {
    supervise('steady');
    await supervisor.start();
    const ended = pid();
    await supervisor.stop();
    expect(() => process.kill(ended, 0)).toThrow('ESRCH');
  });

  it('is killed when it does not end by itself in time', async () => {
    supervise('stubborn', {}, [], 20);
    await supervisor.start();
    const ended = pid();
    await supervisor.stop();
    expect(() => process.kill(ended, 0)).toThrow('ESRCH');
  });
});

interface Observer {
  died?: (how: string) => void;
  recovered?: () => void;
  gaveUp?: (error: ProgramEnded) => void;
}

function supervise(
  name: string,
  { died, recovered, gaveUp }: Observer = {},
  args: string[] = [],
  stopWithinMs?: number,
): void {
  const ignore = () => undefined;
  supervisor = new Supervisor(
    { ...program(name, args), ...(stopWithinMs === undefined ? {} : { stopWithinMs }) },
    { died: died ?? ignore, recovered: recovered ?? ignore, gaveUp: gaveUp ?? ignore },
  );
}

function program(name: string, args: string[]): Program {
  return {
    name,
    path: fileURLToPath(new URL(`programs/${name}.js`, import.meta.url)),
    arguments: args,
    environment: process.env,
    log: join(directory, 'log'),
  };
}

function pid(): number {
  expect(supervisor.pid).toBeTypeOf('number');
  return Number(supervisor.pid);
}
