import { ACTIVITIES } from '../../../src/workflow/activities/index.ts';
import {
  carrierOf,
  type Answer,
  type Effect,
  type RunJobInput,
} from '../../../src/workflow/orchestration.ts';
import type { Orchestrations } from '../../../src/workflow/ports.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import type { Step, StepResult } from '../../../src/workflow/steps.ts';
import type { Around } from '../../support/in-memory/around.ts';
import type { VirtualClock } from '../../support/in-memory/virtual-clock.ts';
import { DIED, type Process } from './process.ts';
import type { Random } from '../random.ts';
import type { Weather } from './weather.ts';

/** What a durable engine is made of here, and who is told of what it writes down. */
export interface EngineParts {
  random: Random;
  clock: VirtualClock;
  weather: Weather;
  process: () => Process;
  recorder: Recorder;
}

export interface Recorder {
  /** A new generation, with a history of its own. */
  began(jobId: string): void;
  /** An effect, and then its answer, as the history would hold them. */
  recorded(jobId: string, entry: Effect | Answer): void;
  /** A replay asked for something else than the run before it. */
  diverged(jobId: string, effect: Effect, again: Effect): void;
  /** An activity threw. */
  threw(jobId: string, step: Step, error: unknown): void;
}

type Outcome = { result: StepResult } | { failed: true };

/** An activity's input is what the machine gave it: both sides are typed by `Steps`. */
type AnyActivity = (services: ServicesWithEngine, input: unknown) => Promise<StepResult>;

/** Milliseconds after which work that died in someone's hands is handed out again, at the latest. */
const REDELIVERY = 300_000;

/** A durable engine on virtual time: activities at least once, histories replayed, instances lost. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #live = new Map<string, Instance>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  get isIdle(): boolean {
    return this.#live.size === 0;
  }

  /** The engine as one process reaches it. */
  reachedThrough(around: Around): Orchestrations {
    return {
      start: (jobId) => around('engine.start', () => this.#start(jobId)),
      isLive: (jobId) => around('engine.isLive', () => this.#live.has(jobId)),
      wake: (jobId) => around('engine.wake', () => this.#live.get(jobId)?.wake()),
      purgeBefore: () => around('engine.purge', () => undefined),
    };
  }

  #start(jobId: string): void {
    if (this.#live.has(jobId)) return;
    const instance = new Instance(jobId, this.#parts);
    this.#live.set(jobId, instance);
    void instance.run().finally(() => this.#live.delete(jobId));
  }
}

class Instance {
  readonly #jobId: string;
  readonly #parts: EngineParts;
  #woken = Promise.withResolvers<void>();

  constructor(jobId: string, parts: EngineParts) {
    this.#jobId = jobId;
    this.#parts = parts;
  }

  /** A wake-up that comes while nothing waits is kept for the next wait. */
  wake(): void {
    this.#woken.resolve();
  }

  async run(): Promise<void> {
    let input: RunJobInput | undefined = { jobId: this.#jobId };
    while (input) {
      this.#parts.recorder.began(this.#jobId);
      input = await this.#generation(copyOf(input));
    }
  }

  /** @returns the input of the next generation; undefined at the end, or when the instance is lost. */
  async #generation(input: RunJobInput): Promise<RunJobInput | undefined> {
    const history: { effect: Effect; answer: Answer }[] = [];
    let job = carrierOf(undefined)(copyOf(input));
    for (let next = job.next(); !next.done;) {
      const effect = copyOf(next.value);
      this.#parts.recorder.recorded(this.#jobId, effect);
      if (effect.do === 'continue') return effect.input;
      const answer = copyOf(await this.#carriedOut(effect));
      this.#parts.recorder.recorded(this.#jobId, answer);
      if (this.#parts.weather.strikes('lostOrchestration')) return undefined;
      if (this.#parts.random.chance(0.1)) job = this.#replayed(input, history, effect);
      history.push({ effect, answer });
      next = job.next(copyOf(answer));
    }
    return undefined;
  }

  /** Another process takes the instance over and must come to the same point. */
  #replayed(
    input: RunJobInput,
    history: readonly { effect: Effect; answer: Answer }[],
    pending: Effect,
  ): ReturnType<ReturnType<typeof carrierOf>> {
    const job = carrierOf(undefined)(copyOf(input));
    let next = job.next();
    for (const { effect, answer } of history) {
      if (next.value) this.#compare(effect, next.value);
      next = job.next(copyOf(answer));
    }
    if (next.value) this.#compare(pending, next.value);
    return job;
  }

  #compare(effect: Effect, again: Effect): void {
    if (JSON.stringify(effect) === JSON.stringify(again)) return;
    this.#parts.recorder.diverged(this.#jobId, effect, again);
  }

  async #carriedOut(effect: Exclude<Effect, { do: 'continue' }>): Promise<Answer> {
    if (effect.do === 'act') {
      const outcome = await this.#acted(effect.step);
      return { now: this.#parts.clock.now(), ...outcome };
    }
    await this.#waited(effect.until);
    return { now: this.#parts.clock.now(), waited: true };
  }

  async #waited(until: number): Promise<void> {
    const alarm = this.#parts.clock.alarm(until);
    await Promise.race([alarm.rings, this.#woken.promise]);
    alarm.cancel();
    this.#woken = Promise.withResolvers<void>();
  }

  /** The first run that answers counts; another may still be at it, and nobody waits for it. */
  #acted(step: Step): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    void this.#handedOut(step, 0).then(resolve);
    if (this.#parts.weather.strikes('twice')) {
      const delay = this.#parts.random.pick([0, 0, 500, 60_000]);
      void this.#handedOut(step, delay).then(resolve);
    }
    return promise;
  }

  /** Work that died in the hands of one process is handed to another. */
  async #handedOut(step: Step, delay: number): Promise<Outcome> {
    if (delay > 0) await this.#parts.clock.sleep(delay);
    const activity = ACTIVITIES[step.name] as AnyActivity;
    const outcome = await this.#parts.process().run((services) => {
      return activity(services, copyOf(step.input)).then(
        (result) => ({ result }),
        (error: unknown) => {
          this.#parts.recorder.threw(this.#jobId, step, error);
          return { failed: true } as const;
        },
      );
    });
    if (outcome !== DIED) return outcome;
    return this.#handedOut(step, this.#parts.random.between(1, REDELIVERY));
  }
}

/** What a history or a queue holds is JSON. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
