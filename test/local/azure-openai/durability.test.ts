import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundledProgram } from '../../support/bundled-program.ts';
import { clientOf, control, errorOf } from './support.ts';

const MAIN = bundledProgram('azure-openai');

interface Running {
  process: ChildProcess;
  url: string;
  controlUrl: string;
}

/** The simulator as a process of its own. */
async function start(args: string[]): Promise<Running> {
  const process = fork(MAIN, args, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  onTestFinished(() => void process.kill('SIGKILL'));
  const [message] = (await once(process, 'message')) as [{ type: string; url: string }];
  expect(message.type).toBe('ready');
  return { process, url: message.url, controlUrl: new URL('/simulator', message.url).href };
}

async function end(child: ChildProcess, how: () => void): Promise<number | null> {
  const exited = once(child, 'exit');
  how();
  const [code] = (await exited) as [number | null];
  return code;
}

async function stateDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'azure-openai-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const request = { model: 'o3-pro', input: 'Why?', background: true } as const;

describe('a simulator of its own process', () => {
  it('keeps responses, counts and faults when it is killed, until it is told to reset', async () => {
    const state = await stateDirectory();
    const args = ['--state', state, '--duration-seconds', '0'];
    const first = await start(args);
    await control(first.controlUrl, 'POST', '/faults', {
      route: 'POST /responses',
      times: 2,
      status: 503,
    });
    await errorOf(clientOf(first.url).responses.create(request));
    await control(first.controlUrl, 'POST', '/faults', {
      route: 'GET /models',
      match: { bodyContains: 'never' },
      times: null,
    });
    await errorOf(clientOf(first.url).responses.create(request));
    const { id } = await clientOf(first.url).responses.create(request);
    await end(first.process, () => first.process.kill('SIGKILL'));

    const second = await start(args);
    expect((await clientOf(second.url).responses.retrieve(id)).status).toBe('completed');
    const counts = await control(second.controlUrl, 'GET', '/creates');
    expect(counts.body).toMatchObject({ total: 1 });
    const faults = await control(second.controlUrl, 'GET', '/faults');
    expect(faults.body).toMatchObject({ value: [{ id: 2, remaining: null }] });
    await end(second.process, () => second.process.kill('SIGKILL'));

    const third = await start([...args, '--reset']);
    expect((await errorOf(clientOf(third.url).responses.retrieve(id))).status).toBe(404);
  });

  it('has kept a response whose answer never arrived', async () => {
    const state = await stateDirectory();
    const first = await start(['--state', state]);
    await control(first.controlUrl, 'POST', '/faults', {
      route: 'POST /responses',
      answerLost: true,
    });
    await expect(clientOf(first.url).responses.create(request)).rejects.toThrow();
    await end(first.process, () => first.process.kill('SIGKILL'));
    const second = await start(['--state', state]);
    expect((await control(second.controlUrl, 'GET', '/creates')).body).toMatchObject({ total: 1 });
  });

  it('ends with the process that started it', async () => {
    const { process } = await start([]);
    expect(await end(process, () => process.disconnect())).toBe(0);
  });

  it('says what is wrong with its command line, and ends', async () => {
    const process = fork(MAIN, ['--port', 'http'], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const [text] = (await once(process.stderr ?? process, 'data')) as [Buffer];
    expect(text.toString()).toContain('--port is "http"');
    const [code] = (await once(process, 'exit')) as [number];
    expect(code).toBe(1);
  });
});
