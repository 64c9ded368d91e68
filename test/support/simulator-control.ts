import { until } from './until.ts';

/** A request as the simulator logged it. */
export interface SimulatedRequest {
  /** ISO 8601, by the simulator's clock. */
  time: string;
  method: string;
  route: string;
  path: string;
  /** Null when the connection was cut without an answer. */
  status: number | null;
  requestHash?: string;
  deployment?: string;
}

/** What the simulator knows of limits (docs/simulator.md). */
export interface VideoBook {
  concurrency: { deployment: string; jobs: number; running: number; maximum: number }[];
  /** By deployment and limit; those that a fault asked for are not among them. */
  refusals: Record<string, Record<string, number>>;
}

/** The control routes of the simulator (docs/simulator.md). */
export class SimulatorControl {
  readonly #base: string;

  constructor(azureOpenAI: string) {
    this.#base = new URL('/simulator/', azureOpenAI).href;
  }

  async creates(): Promise<{
    total: number;
    byRoute: Record<string, number>;
    byRequestHash: Record<string, number>;
  }> {
    const response = await fetch(`${this.#base}creates`);
    return (await response.json()) as Awaited<ReturnType<SimulatorControl['creates']>>;
  }

  async requests(top = 1_000): Promise<SimulatedRequest[]> {
    const response = await fetch(`${this.#base}requests?top=${top}`);
    const { value } = (await response.json()) as { value: SimulatedRequest[] };
    return value;
  }

  /** How often each route was asked, by its name. */
  async requestCounts(): Promise<Record<string, number>> {
    const response = await fetch(`${this.#base}requests/counts`);
    const { byRoute } = (await response.json()) as { byRoute: Record<string, number> };
    return byRoute;
  }

  /** Everything that was asked about one deployment, oldest first. */
  async requestsFor(deployment: string): Promise<SimulatedRequest[]> {
    const requests = await this.requests(10_000);
    return requests.filter((request) => request.deployment === deployment).toReversed();
  }

  /** Waits until something was asked about a deployment. */
  waitForRequest(deployment: string, route: string): Promise<SimulatedRequest> {
    return until(async () => {
      const requests = await this.requestsFor(deployment);
      return requests.find((request) => request.route === route);
    });
  }

  async fault(fault: { readonly [field: string]: unknown }): Promise<void> {
    const response = await fetch(`${this.#base}faults`, {
      method: 'POST',
      body: JSON.stringify(fault),
    });
    if (!response.ok) throw new Error(`The fault was refused: ${await response.text()}`);
  }

  /** What the simulator counted of videos at once and of calls that were too many. */
  async videoBook(): Promise<VideoBook> {
    const [concurrency, limits] = await Promise.all([
      fetch(`${this.#base}videos/concurrency`),
      fetch(`${this.#base}limits`),
    ]);
    const { value } = (await concurrency.json()) as { value: VideoBook['concurrency'] };
    const { refusals } = (await limits.json()) as Pick<VideoBook, 'refusals'>;
    return { concurrency: value, refusals };
  }

  /** What Azure Resource Manager is to say of a model. */
  async describeModel(name: string, description: Record<string, unknown>): Promise<void> {
    const response = await fetch(`${this.#base}models/${name}`, {
      method: 'PUT',
      body: JSON.stringify(description),
    });
    if (!response.ok) throw new Error(`The model was refused: ${await response.text()}`);
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.#base}faults`, { method: 'DELETE' });
  }
}
