import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as df from 'durable-functions';
import { expect, onTestFinished, vi } from 'vitest';
import { VirtualClock } from '../../../../src/local/functions-host/clock/virtual-clock.ts';
import type { LogLevel } from '../../../../src/local/functions-host/contracts.ts';
import {
  createDurableEngine,
  type DurableEngine,
} from '../../../../src/local/functions-host/durable/engine.ts';
import { eventName } from '../../../../src/local/functions-host/durable/history-events.ts';
import { readDurableOptions } from '../../../../src/local/functions-host/durable/options.ts';
import { OracleWorkers } from './oracle.ts';
import { durableClient, serve, type ClientMode, type Served } from './serve.ts';
import { InProcessWorkers, type Interception } from '../../../support/in-process-workers.ts';

/** Where virtual time begins: 2030-01-01. */
export const START = Date.UTC(2030, 0, 1);

export interface Status {
  name: string;
  instanceId: string;
  runtimeStatus: string;
  input: unknown;
  output: unknown;
  customStatus: unknown;
  createdTime: string;
  historyEvents?: Record<string, unknown>[];
}

interface FixtureOptions {
  statePath?: string;
  durableTask?: Record<string, unknown>;
  deliverTwice?: boolean;
  seed?: number;
  processIds?: readonly number[];
  intercept?: Interception;
}

/** A path for a state file, deleted with its directory when the test is over. */
export function newStatePath(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'durable-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return path.join(directory, 'durable.db');
}

/** What a start may say besides the function's name and its input. */
interface StartOptions {
  instanceId?: string;
  version?: string;
}

/**
 * An engine on virtual time with workers in this process. It is spoken to through the SDK's client
 * and over HTTP; the SDK's executor is asked after every turn whether it agrees with the history.
 */
export class EngineFixture {
  readonly clock = new VirtualClock({ now: START, until: Infinity, advanced: () => undefined });
  readonly log: { level: LogLevel; message: string }[] = [];
  readonly engine: DurableEngine;
  readonly #workers: OracleWorkers;
  readonly #instances = new Set<string>();
  #served: Promise<Served> | undefined;
  #isStopped = false;

  constructor(options: FixtureOptions = {}) {
    this.#workers = new OracleWorkers(new InProcessWorkers({ ...options, clock: this.clock }));
    this.engine = createDurableEngine({
      statePath: options.statePath ?? ':memory:',
      workers: this.#workers,
      clock: this.clock,
      hub: 'Hub',
      configuration: readDurableOptions(options.durableTask),
      deliverTwice: options.deliverTwice ?? false,
      seed: options.seed ?? 0,
      log: (level, _category, message) => this.log.push({ level, message }),
    });
    this.engine.start();
    onTestFinished(() => this.stop());
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const instanceId of this.#instances)
      this.#workers.compare(this.engine.history(instanceId));
    this.engine.stop();
    void this.#served?.then((served) => served.close());
    expect(this.#workers.mismatches).toEqual([]);
  }

  /** Turns after which the SDK's executor was asked. */
  get comparedTurns(): number {
    return this.#workers.compared;
  }

  /** Where the engine is served. */
  async origin(): Promise<string> {
    this.#served ??= serve(this.engine);
    return (await this.#served).origin;
  }

  /** The SDK's own client. */
  async client(mode: ClientMode = 'rpc'): Promise<df.DurableClient> {
    return durableClient(this.engine, await this.origin(), mode);
  }

  async request(
    method: string,
    route: string,
    body = '',
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Record<string, string>; body: string }> {
    const url = `${await this.origin()}/runtime/webhooks/durabletask/${route}`;
    const content = body === '' ? {} : { body };
    const json = { 'content-type': 'application/json', ...headers };
    const response = await fetch(url, { method, headers: json, ...content });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  }

  /** Starts an orchestration through the SDK's client. @returns its id. */
  async start(name: string, input?: unknown, options: StartOptions = {}): Promise<string> {
    const durable = await this.client();
    const instanceId = await durable.startNew(name, { input, ...options });
    this.#instances.add(instanceId);
    return instanceId;
  }

  async status(instanceId: string, query = ''): Promise<Status> {
    const response = await this.request('GET', `instances/${instanceId}${query}`);
    if (response.body === '') throw new Error(`${instanceId}: HTTP ${response.status}`);
    return JSON.parse(response.body) as Status;
  }

  /** Waits, in real time, until an instance has a status. */
  waitFor(instanceId: string, runtimeStatus: string): Promise<Status> {
    return vi.waitFor(
      async () => {
        const status = await this.status(instanceId);
        if (status.runtimeStatus !== runtimeStatus) throw new Error(JSON.stringify(status));
        return status;
      },
      { timeout: 5_000, interval: 2 },
    );
  }

  /** Starts an orchestration and waits for its success. @returns its output. */
  async run(name: string, input?: unknown): Promise<unknown> {
    return (await this.waitFor(await this.start(name, input), 'Completed')).output;
  }

  /** Starts an orchestration and waits for its failure. @returns the failure's message. */
  async runToFailure(name: string, input?: unknown): Promise<unknown> {
    return (await this.waitFor(await this.start(name, input), 'Failed')).output;
  }

  async raise(instanceId: string, event: string, data?: unknown): Promise<void> {
    const durable = await this.client();
    await durable.raiseEvent(instanceId, event, data);
  }

  /** Names of the events in an instance's history. */
  eventNames(instanceId: string): string[] {
    return this.engine.history(instanceId).map(({ EventType }) => eventName(EventType));
  }

  /** Resolves when nothing runs, whatever waits. */
  async idle(): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.engine.isIdle()) throw new Error('busy');
      },
      { interval: 2 },
    );
  }
}
