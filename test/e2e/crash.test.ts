import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StackAddresses } from '../../src/local/stack/stack.ts';
import { BATCHES } from '../campaigns/batch.ts';
import { runKillCampaigns, type KillCampaigns } from '../campaigns/kill.ts';
import { RESPONSES } from '../campaigns/kill/responses.ts';
import { someOf, together } from '../campaigns/kill/work.ts';
import { VIDEOS } from '../campaigns/video.ts';
import { bundledProgram } from '../support/bundled-program.ts';
import { hasEnded } from '../support/has-ended.ts';
import { JobsApi } from '../support/jobs-api.ts';
import { SimulatorControl } from '../support/simulator-control.ts';
import { until } from '../support/until.ts';

/**
 * All kinds on the same stack, since kills cost more than the work under them: of each some, others with
 * each seed. With three videos for two places one has to wait. `npm run soak -- --only mixed` has all.
 */
const ALL_KINDS = together([someOf(3, RESPONSES), someOf(3, VIDEOS), someOf(2, BATCHES)]);

describe('while parts of the stack and all of it are killed', () => {
  it('responses, videos and batches through every door, each activity delivered twice, end once, are told once, are paid for once and bring their outputs home; videos two at a time, batches with every row accounted for and no file left behind', async () => {
    const seeds = [1, 2, 3, 4, 5];
    expect(await outcomeOf({ work: ALL_KINDS, seeds, deliverTwice: true })).toEqual({
      run: seeds,
      found: [],
    });
  }, 300_000);

  it('responses through every door, each activity delivered once, do so too', async () => {
    const seeds = [6, 7, 8, 9, 10];
    expect(await outcomeOf({ work: RESPONSES, seeds, deliverTwice: false })).toEqual({
      run: seeds,
      found: [],
    });
  }, 300_000);
});

/** On one stack: other files have another meanwhile. @returns the seeds that ran, and all violations. */
async function outcomeOf(
  campaigns: Omit<KillCampaigns, 'stacks'>,
): Promise<{ run: number[]; found: string[] }> {
  const run: number[] = [];
  const found: string[] = [];
  await runKillCampaigns({ ...campaigns, stacks: 1 }, (seed, violations) => {
    run.push(seed);
    found.push(...violations);
  });
  return { run, found };
}

describe('the process that keeps the stack up', () => {
  it('takes every process with it when it is killed; the next one goes on with the jobs where they were, and ends when told to', async () => {
    const state = mkdtempSync(join(tmpdir(), 'longhaul-'));
    onTestFinished(() => rmSync(state, { recursive: true, force: true }));

    const first = await start(state);
    const { functions, azureOpenAI } = first.addresses;
    await new SimulatorControl(azureOpenAI).fault({
      route: 'POST /responses',
      durationSeconds: 600,
    });
    const jobs = new JobsApi(functions);
    const request = { model: 'gpt-5.1', input: 'Survive.' };
    await jobs.submit({ id: 'survivor', kind: 'response', request });
    await jobs.waitFor('survivor', ({ status }) => status === 'running');
    const processes = [...stackProcesses(state), ...(await workerProcesses(functions))];
    await kill(first.process);

    expect(processes.length).toBeGreaterThan(6);
    await until(() => (processes.some(isAlive) ? undefined : true), {
      timeout: 10_000,
      what: () => `the end of ${processes.filter(isAlive).join(', ')}`,
    });

    const second = await start(state, '--virtual-time');
    const job = await new JobsApi(second.addresses.functions).waitForEnd('survivor');
    const { total } = await new SimulatorControl(second.addresses.azureOpenAI).creates();

    expect(second.addresses).toEqual(first.addresses);
    expect(job.status).toBe('succeeded');
    expect(total).toBe(1);

    second.process.kill('SIGINT');
    expect(await once(second.process, 'exit')).toEqual([0, null]);
    await expect(fetch(second.addresses.functions)).rejects.toThrow('fetch failed');
  }, 60_000);
});

async function start(
  state: string,
  ...options: string[]
): Promise<{ process: ChildProcess; addresses: StackAddresses }> {
  const flags = ['--state', state, '--json', '--deliver-twice', ...options];
  const child = spawn(process.execPath, [bundledProgram('stack'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => kill(child));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { process: child, addresses: JSON.parse(line) as StackAddresses };
}

async function kill(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function stackProcesses(state: string): number[] {
  const stack = JSON.parse(readFileSync(join(state, 'stack.json'), 'utf8')) as {
    processes: Record<string, number>;
  };
  return Object.values(stack.processes);
}

async function workerProcesses(functions: string): Promise<number[]> {
  const status = await fetch(`${functions}/admin/host/status`);
  const { workers } = (await status.json()) as { workers: { processId: number }[] };
  return workers.map(({ processId }) => processId);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
