import { until } from './until.ts';

const TEN_YEARS = 10 * 365 * 86_400_000;

/** Leads the virtual time of a stack that was started with `virtualTime` (docs/functions-host.md). */
export class StackClock {
  readonly #url: string;

  constructor(functions: string) {
    this.#url = `${functions}/admin/clock`;
  }

  /** ISO 8601. */
  async now(): Promise<string> {
    const response = await fetch(this.#url);
    const { now } = (await response.json()) as { now: string };
    return now;
  }

  /** Time stands still from now on; what is under way goes on. */
  async stop(): Promise<void> {
    await this.#passUntil(await this.now());
  }

  /**
   * Time jumps to the next due thing whenever nothing is under way, without the rests that it takes
   * where no bound is given.
   *
   * @param step seconds within which what is due happens together.
   */
  async go(step = 0): Promise<void> {
    const end = new Date(Date.parse(await this.now()) + TEN_YEARS).toISOString();
    await this.#passUntil(end, step * 1_000);
  }

  /**
   * Lets everything happen that is due until a time, ISO 8601.
   *
   * @param step seconds within which what is due happens together: hours pass sooner.
   */
  async passTo(time: string, step = 0): Promise<void> {
    await this.#passUntil(time, step * 1_000);
    await until(
      async () => {
        const { holds, next } = (await (await fetch(this.#url)).json()) as ClockAnswer;
        const isOver = holds === 0 && (next === null || Date.parse(next) > Date.parse(time));
        return isOver ? true : undefined;
      },
      { timeout: 90_000, what: async () => (await fetch(this.#url)).text() },
    );
  }

  async #passUntil(until: string, step = 0): Promise<void> {
    const body = JSON.stringify({ until, step });
    const response = await fetch(this.#url, { method: 'PUT', body });
    if (!response.ok) throw new Error(`The clock was not led: ${await response.text()}`);
  }
}

interface ClockAnswer {
  next: string | null;
  holds: number;
}
