import { ACTIVITIES } from '../../../src/workflow/activities/index.ts';
import { carrierOf, type Effect } from '../../../src/workflow/orchestration.ts';
import type { Orchestrations } from '../../../src/workflow/ports.ts';
import type { ServicesWithEngine } from '../../../src/workflow/services.ts';
import type { Step, StepName, StepResult } from '../../../src/workflow/steps.ts';
import type { Agenda } from './agenda.ts';

/** An activity's input is what the machine gave it: both sides are typed by `Steps`. */
type AnyActivity = (services: ServicesWithEngine, input: unknown) => Promise<StepResult>;

/** What a job does until it is let in. */
const BEFORE_ADMISSION: readonly StepName[] = ['checkJob', 'admitJob', 'publishEvents'];

type Carried = ReturnType<ReturnType<typeof carrierOf>>;

/** An orchestration that waits. */
interface Sleeper {
  forget: () => void;
  goOn: () => Promise<void>;
}

/** Carries orchestrations up to their admission, and counts all that a host does for them. */
export class CountedEngine implements Orchestrations {
  /** Activities, timers, generations, status reads and events. */
  operations = 0;
  readonly #agenda: Agenda;
  readonly #act: (step: Step) => Promise<StepResult>;
  readonly #letIn: (jobId: string) => Promise<void>;
  readonly #asleep = new Map<string, Sleeper>();
  readonly #live = new Set<string>();

  constructor(
    agenda: Agenda,
    services: () => ServicesWithEngine,
    letIn: (jobId: string) => Promise<void>,
  ) {
    this.#agenda = agenda;
    this.#act = ({ name, input }) => (ACTIVITIES[name] as AnyActivity)(services(), input);
    this.#letIn = letIn;
  }

  async start(jobId: string): Promise<void> {
    this.operations += 1;
    if (this.#live.has(jobId)) return;
    this.#live.add(jobId);
    const job = carrierOf(undefined)({ jobId });
    await this.#goOn(jobId, job, job.next());
  }

  async isLive(jobId: string): Promise<boolean> {
    this.operations += 1;
    return this.#live.has(jobId);
  }

  /** A status read and an event, as with the durable client. */
  async wake(jobId: string): Promise<void> {
    this.operations += 2;
    const sleeper = this.#asleep.get(jobId);
    if (!sleeper) return;
    sleeper.forget();
    this.#agenda.enter(this.#agenda.now(), sleeper.goOn);
  }

  async purgeBefore(): Promise<void> {}

  /** Until the orchestration waits, or its job is let in. */
  async #goOn(jobId: string, job: Carried, next: IteratorResult<Effect>): Promise<void> {
    if (next.done) return;
    this.operations += 1;
    const effect = next.value;
    if (effect.do === 'wait') return this.#sleep(jobId, job, effect.until);
    if (effect.do === 'continue') {
      const generation = carrierOf(undefined)(effect.input);
      return this.#goOn(jobId, generation, generation.next());
    }
    if (!BEFORE_ADMISSION.includes(effect.step.name)) return this.#letIn(jobId);
    const result = await this.#act(effect.step);
    return this.#goOn(jobId, job, job.next({ now: this.#agenda.now(), result }));
  }

  #sleep(jobId: string, job: Carried, until: number): void {
    const goOn = () => {
      this.#asleep.delete(jobId);
      return this.#goOn(jobId, job, job.next({ now: this.#agenda.now(), waited: true }));
    };
    this.#asleep.set(jobId, { goOn, forget: this.#agenda.enter(until, goOn) });
  }
}
