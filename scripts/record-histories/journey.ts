import type { Stack } from '../../src/local/stack/stack.ts';
import { isTerminal } from '../../src/jobs/status.ts';
import { JobsApi } from '../../test/support/jobs-api.ts';
import { SimulatorControl } from '../../test/support/simulator-control.ts';
import { until } from '../../test/support/until.ts';
import type { Deed, Path } from './paths.ts';

const MINUTE = 60_000;

/** Takes one job along a path. Time stands still except where the path says otherwise. */
export class Journey {
  readonly #stack: Stack;
  readonly #id: string;
  readonly #path: Path;

  constructor(stack: Stack, id: string, path: Path) {
    this.#stack = stack;
    this.#id = id;
    this.#path = path;
  }

  async go(): Promise<void> {
    const { fault, options = {}, input = 'Go.', deeds = [] } = this.#path;
    const simulator = new SimulatorControl(this.#stack.addresses.azureOpenAI);
    if (fault) await simulator.fault({ route: 'POST /responses', ...fault });
    const request = { model: 'gpt-5.1', input };
    await this.#api.submit({ id: this.#id, kind: 'response', request, options });
    for (const deed of deeds) await this.#do(deed);
    await this.#lead(null);
    await this.#api.waitFor(this.#id, ({ status }) => isTerminal(status));
    await this.#completed();
    await this.#lead((await this.#clock()).now);
    await simulator.clearFaults();
  }

  async #do({ when, do: deed, minutes }: Deed): Promise<void> {
    await this.#api.waitFor(this.#id, when);
    switch (deed) {
      case 'lose storage for ten minutes':
        await this.#stack.halt('storage');
        await this.#pass(10);
        await this.#stack.resume('storage');
        break;
      case 'kill the host for a moment':
        await this.#stack.halt('functions');
        await this.#stack.resume('functions');
        break;
      case 'cancel':
        await this.#api.post(`/jobs/${this.#id}/cancel`);
        break;
      default:
        await this.#api.post(`/jobs/${this.#id}/actions/${deed}`);
    }
    if (minutes) await this.#pass(minutes);
  }

  async #pass(minutes: number): Promise<void> {
    const end = Date.parse((await this.#clock()).now) + minutes * MINUTE;
    await this.#lead(new Date(end).toISOString());
    await until(async () => {
      const { holds, next } = await this.#clock();
      return holds === 0 && (next === null || Date.parse(next) > end) ? true : undefined;
    });
  }

  async #completed(): Promise<void> {
    const { functions } = this.#stack.addresses;
    const url = `${functions}/runtime/webhooks/durabletask/instances/${this.#id}`;
    await until(async () => {
      const { runtimeStatus } = (await (await fetch(url)).json()) as { runtimeStatus: string };
      return runtimeStatus === 'Completed' ? true : undefined;
    });
  }

  get #api(): JobsApi {
    return new JobsApi(this.#stack.addresses.functions);
  }

  async #clock(): Promise<{ now: string; next: string | null; holds: number }> {
    const response = await fetch(`${this.#stack.addresses.functions}/admin/clock`);
    return (await response.json()) as { now: string; next: string | null; holds: number };
  }

  /** @param bound ISO 8601; null lets time go. */
  async #lead(bound: string | null): Promise<void> {
    const body = JSON.stringify({ until: bound });
    await fetch(`${this.#stack.addresses.functions}/admin/clock`, { method: 'PUT', body });
  }
}
