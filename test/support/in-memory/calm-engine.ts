import { ACTIVITIES } from '../../../src/workflow/activities/index.ts';
import { carry, type Answer, type RunJobInput } from '../../../src/workflow/orchestration.ts';
import type { Orchestrations } from '../../../src/workflow/ports.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import type { Step, StepResult } from '../../../src/workflow/steps.ts';
import type { VirtualClock } from './virtual-clock.ts';

type AnyActivity = (services: ServicesWithEngine, input: unknown) => Promise<StepResult>;

/** A durable engine in which nothing goes wrong, on virtual time. */
export class CalmEngine implements Orchestrations {
  readonly #clock: VirtualClock;
  /** A wake-up that comes while nothing waits is kept for the next wait. */
  readonly #live = new Map<string, PromiseWithResolvers<void>>();
  /** What activities threw, for tests to look at. */
  readonly thrown: unknown[] = [];
  services: ServicesWithEngine | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async start(jobId: string): Promise<void> {
    if (this.#live.has(jobId)) return;
    this.#live.set(jobId, Promise.withResolvers());
    void this.#run(jobId).finally(() => this.#live.delete(jobId));
  }

  async isLive(jobId: string): Promise<boolean> {
    return this.#live.has(jobId);
  }

  async wake(jobId: string): Promise<void> {
    this.#live.get(jobId)?.resolve();
  }

  async purgeBefore(): Promise<void> {}

  /** Lets time pass until no orchestration is left, or until `limit` milliseconds are over. */
  async settle(limit: number): Promise<void> {
    const end = this.#clock.now() + limit;
    while (this.#live.size > 0 && this.#clock.now() < end && (await this.#clock.advance()));
  }

  async #run(jobId: string): Promise<void> {
    let input: RunJobInput | undefined = { jobId };
    while (input) input = await this.#generation(jobId, input);
  }

  async #generation(jobId: string, input: RunJobInput): Promise<RunJobInput | undefined> {
    const job = carry(copyOf(input));
    for (let next = job.next(); !next.done;) {
      const effect = next.value;
      if (effect.do === 'continue') return effect.input;
      next = job.next(
        effect.do === 'act'
          ? await this.#acted(effect.step)
          : await this.#waited(jobId, effect.until),
      );
    }
    return undefined;
  }

  async #acted(step: Step): Promise<Answer> {
    const activity = ACTIVITIES[step.name] as AnyActivity;
    if (!this.services) throw new Error('The engine was given no services.');
    try {
      const result = copyOf(await activity(this.services, copyOf(step.input)));
      return { now: this.#clock.now(), result };
    } catch (error) {
      this.thrown.push(error);
      return { now: this.#clock.now(), failed: true };
    }
  }

  async #waited(jobId: string, until: number): Promise<Answer> {
    const alarm = this.#clock.alarm(until);
    await Promise.race([alarm.rings, this.#live.get(jobId)?.promise]);
    alarm.cancel();
    this.#live.set(jobId, Promise.withResolvers());
    return { now: this.#clock.now(), waited: true };
  }
}

function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value ?? null)) as T;
}
