import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { Host } from '../../../../src/local/functions-host/host.ts';
import type { HostOptions } from '../../../../src/local/functions-host/options.ts';

export interface RunningHost {
  url: string;
  host: Host;
  /** What the host has logged so far. */
  lines: string[];
  stop: () => Promise<void>;
}

/** The directory of a sample app; an absolute path stays as it is. */
export function appDirectory(name: string): string {
  return path.resolve(import.meta.dirname, '../apps', name);
}

/** A directory of its own, removed after the test. */
export function temporaryDirectory(): string {
  const directory = makeDirectory();
  onTestFinished(() => removeDirectory(directory));
  return directory;
}

function makeDirectory(): string {
  return mkdtempSync(path.join(tmpdir(), 'functions-host-'));
}

function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Starts a sample app on a free port; it is stopped with the test. */
export async function startHost(
  app: string,
  options: Partial<HostOptions> = {},
  settings: NodeJS.ProcessEnv = {},
): Promise<RunningHost> {
  const running = prepare(app, { state: temporaryDirectory(), ...options }, settings);
  onTestFinished(running.stop);
  await running.host.start();
  return { ...running, url: running.host.url };
}

/** As {@link startHost}, for several tests: who calls it stops it. */
export async function openHost(
  app: string,
  options: Partial<HostOptions> = {},
  settings: NodeJS.ProcessEnv = {},
): Promise<RunningHost> {
  const state = makeDirectory();
  const { stop: stopHost, ...running } = prepare(app, { state, ...options }, settings);
  const stop = async (): Promise<void> => {
    await stopHost();
    removeDirectory(state);
  };
  await running.host.start();
  return { ...running, stop, url: running.host.url };
}

/** A host that has not been started. */
export function prepare(
  app: string,
  options: Partial<HostOptions> & Pick<HostOptions, 'state'>,
  settings: NodeJS.ProcessEnv,
): RunningHost {
  const lines: string[] = [];
  const host = new Host(
    {
      directory: appDirectory(app),
      port: 0,
      workers: 1,
      reset: false,
      auth: false,
      deliverTwice: false,
      seed: 1,
      virtualTime: false,
      longestTurn: 60_000,
      verbose: false,
      json: false,
      ...options,
    },
    { ...process.env, ...settings },
    (line) => lines.push(line),
  );
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= host.stop());
  return { url: host.url, host, lines, stop };
}
