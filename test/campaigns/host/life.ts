import { setImmediate as nextTurn } from 'node:timers/promises';
// First of all, as it makes the core module that functions register with.
import { InProcessWorkers } from '../../support/in-process-workers.ts';
import { VirtualClock } from '../../../src/local/functions-host/clock/virtual-clock.ts';
import {
  createDurableEngine,
  type DurableEngine,
} from '../../../src/local/functions-host/durable/engine.ts';
import { readDurableOptions } from '../../../src/local/functions-host/durable/options.ts';
import { DurableStore } from '../../../src/local/functions-host/durable/store.ts';
import { describeHistory, isActivity } from './history.ts';
import { ACTIVITIES, time, type Scenario } from './scenarios.ts';

/** Where the virtual time of a first life begins. */
export const START = Date.UTC(2030, 0, 1);

/** What is left when nothing more happens. */
export interface Outcome {
  /** By instance id: what can be compared of status and history. */
  instances: Record<string, unknown>;
  /** The states of entities. */
  entities: unknown;
}

export interface LifeOptions {
  statePath: string;
  scenarios: readonly Scenario[];
  /** Virtual time at the beginning, in milliseconds since the epoch. */
  now: number;
  /** Hears of the time whenever it moves on. */
  advanced?: (now: number) => void;
  /** Hears of every invocation before it is made. */
  invoked?: () => void;
}

interface Row {
  instanceId: string;
  runtimeStatus: string;
  output: unknown;
  customStatus: unknown;
}

/** One life of an engine: from its start on some state until nothing more happens. */
export class Life {
  readonly #options: LifeOptions;
  readonly #clock: VirtualClock;
  readonly #engine: DurableEngine;
  /** Activities that were under way when the life began; these alone may be run again. */
  readonly #underWay: number;
  #invocations = 0;

  constructor(options: LifeOptions) {
    const { statePath, now, advanced = () => undefined } = options;
    this.#options = options;
    this.#underWay = countWork(statePath);
    this.#clock = new VirtualClock({ now, until: Infinity, advanced });
    time.now = () => this.#clock.now();
    this.#engine = createDurableEngine({
      statePath,
      workers: new InProcessWorkers({
        clock: this.#clock,
        intercept: ({ functionName }) => this.#invoked(functionName),
      }),
      clock: this.#clock,
      hub: 'Campaign',
      configuration: readDurableOptions(),
      log: () => undefined,
    });
  }

  /**
   * Starts the scenarios that the state does not know yet, as a client would whose start was lost, and
   * waits until nothing more happens.
   * @returns what went wrong with the invocations.
   */
  async run(): Promise<string[]> {
    const scheduledBefore = await this.#scheduledActivities();
    this.#engine.start();
    for (const scenario of this.#options.scenarios) await this.#start(scenario);
    while (!this.#isQuiet()) await nextTurn();
    const scheduled = (await this.#scheduledActivities()) - scheduledBefore;
    const expected = this.#underWay + scheduled;
    return this.#invocations === expected
      ? []
      : [
          `${this.#invocations} activities were run and not ${expected}: ${this.#underWay} were ` +
            `under way and ${scheduled} were scheduled`,
        ];
  }

  async outcome(): Promise<Outcome> {
    const rows = await this.#list<Row>('instances?top=10000');
    const histories = rows.map(({ instanceId }) => this.#engine.history(instanceId));
    const describe = describeHistory(histories);
    const instances = rows.map(({ instanceId, runtimeStatus, output, customStatus }, index) => [
      describe.text(instanceId),
      { runtimeStatus, output, customStatus, history: describe.history(histories[index] ?? []) },
    ]);
    const entities = await this.#list('entities?top=10000&fetchState=true');
    return { instances: Object.fromEntries(instances) as Outcome['instances'], entities };
  }

  /** @returns what is still to be done though nothing happens any more. */
  end(): string[] {
    this.#engine.stop();
    const store = new DurableStore(this.#options.statePath);
    const waiting = store.inbox.dueInstances(Number.MAX_SAFE_INTEGER);
    const work = store.work.all().map(({ name }) => name);
    store.close();
    return [...waiting, ...work].map((left) => `${left} was left behind`);
  }

  #invoked(functionName: string): void {
    this.#options.invoked?.();
    if (ACTIVITIES.has(functionName)) this.#invocations++;
  }

  async #start(scenario: Scenario): Promise<void> {
    const { status } = await this.#request('GET', `instances/${scenario}`);
    if (status === 404) await this.#request('POST', `orchestrators/${scenario}/${scenario}`);
  }

  #isQuiet(): boolean {
    const { next, holds } = this.#clock;
    return this.#engine.isIdle() && holds === 0 && next === null;
  }

  async #scheduledActivities(): Promise<number> {
    const rows = await this.#list<Row>('instances?top=10000');
    const events = rows.flatMap(({ instanceId }) => this.#engine.history(instanceId));
    return events.filter(isActivity).length;
  }

  async #list<T>(route: string): Promise<T[]> {
    return JSON.parse((await this.#request('GET', route)).body) as T[];
  }

  #request(method: string, route: string): ReturnType<DurableEngine['handleWebhook']> {
    const url = new URL(`http://localhost/durabletask/${route}`);
    return this.#engine.handleWebhook({ method, url, headers: {}, body: '' });
  }
}

function countWork(statePath: string): number {
  const store = new DurableStore(statePath);
  const { length } = store.work.all();
  store.close();
  return length;
}
