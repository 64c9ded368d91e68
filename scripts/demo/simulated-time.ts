/** How far simulated time goes at once, in milliseconds. */
const STEP = 15_000;
const BETWEEN_LOOKS = 20;

/**
 * Leads the virtual time of the stack (docs/functions-host.md): it stands still while anything is
 * under way, and between two steps.
 */
export class SimulatedTime {
  readonly #url: string;
  readonly #start: number;
  #until: number;

  private constructor(url: string, now: number) {
    this.#url = url;
    this.#start = now;
    this.#until = now;
  }

  static async of(functions: string): Promise<SimulatedTime> {
    const url = `${functions}/admin/clock`;
    const { now } = await answer(await fetch(url));
    return new SimulatedTime(url, Date.parse(now));
  }

  /** Minutes and seconds since the start, as in 4:30. */
  get elapsed(): string {
    const seconds = Math.round((this.#until - this.#start) / 1_000);
    const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
    return `${minutes}:${String(rest).padStart(2, '0')}`;
  }

  /** Lets everything happen that is due within the next step. */
  async goOn(): Promise<void> {
    this.#until += STEP;
    const until = new Date(this.#until).toISOString();
    await answer(await fetch(this.#url, { method: 'PUT', body: JSON.stringify({ until }) }));
    while (!(await this.#isStill())) {
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
    }
  }

  async #isStill(): Promise<boolean> {
    const { holds, next } = await answer(await fetch(this.#url));
    return holds === 0 && (next === null || Date.parse(next) > this.#until);
  }
}

interface ClockAnswer {
  now: string;
  next: string | null;
  holds: number;
}

async function answer(response: Response): Promise<ClockAnswer> {
  if (response.ok) return (await response.json()) as ClockAnswer;
  throw new Error(`The clock was not led: ${response.status} ${await response.text()}`);
}
