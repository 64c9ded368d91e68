import { textOption } from '../configuration/binding-option.ts';
import type { HostClock, Invocation } from '../contracts.ts';
import { StateFile } from '../state-file.ts';
import { invokeWithRetries } from './retry-policy.ts';
import { parseSchedule, type Schedule } from './schedule.ts';
import { timerInfo } from './timer-info.ts';
import type { Trigger, TriggeredFunction, TriggerParts } from './trigger.ts';

/** When a function last ran and is to run next, as ISO 8601 times. */
interface ScheduleStatus {
  last: string | null;
  next: string;
}

/** Schedules that come more often are not monitored (WebJobs SDK, TimerListener). Milliseconds. */
const SHORTEST_MONITORED = 60_000;

/**
 * Runs a function by its schedule, one run at a time: what comes due during a run is made up for by one
 * run directly after it. The status is kept over restarts, so a run that was missed while the host was
 * down happens at its start, as past due.
 */
export class TimerTrigger implements Trigger {
  readonly #called: TriggeredFunction;
  readonly #parts: TriggerParts;
  readonly #clock: HostClock;
  readonly #schedule: Schedule;
  readonly #isMonitored: boolean;
  readonly #file: StateFile<ScheduleStatus>;
  #status: ScheduleStatus | undefined;
  #timer: { cancel(): void } | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  /** @throws when the schedule cannot be read. */
  constructor(called: TriggeredFunction, parts: TriggerParts) {
    this.#called = called;
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#schedule = parseSchedule(parts.settings.expand(textOption(called.binding, 'schedule')));
    this.#isMonitored = called.binding['useMonitor'] !== false && isRare(this.#schedule);
    this.#file = new StateFile(parts.stateDirectory, `timer-${called.metadata.name}.json`);
  }

  start(): void {
    const { runOnStartup = false } = this.#called.binding;
    this.#status = this.#isMonitored ? this.#file.read() : undefined;
    const due = this.#status ? Date.parse(this.#status.next) : undefined;
    const isPastDue = due !== undefined && due <= this.#clock.now();
    if (isPastDue || runOnStartup) this.#run(isPastDue);
    else this.#arm(this.#schedule.next(this.#clock.now()));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#timer?.cancel();
    await this.#running;
  }

  #arm(due: number): void {
    this.#save({ last: this.#status?.last ?? null, next: iso(due) });
    if (this.#stopping.signal.aborted) return;
    this.#timer = this.#clock.at(due, () => this.#run(false));
  }

  #run(isPastDue: boolean): void {
    this.#running = this.#invoke(isPastDue);
  }

  async #invoke(isPastDue: boolean): Promise<void> {
    const { metadata } = this.#called;
    const began = this.#clock.now();
    const next = this.#schedule.next(began);
    const invocation = this.#invocation(isPastDue, next);
    const { signal } = this.#stopping;
    try {
      await invokeWithRetries(invocation, metadata, { clock: this.#clock, signal }, (attempt) =>
        this.#parts.workers.invoke(attempt),
      );
    } catch (error) {
      // Cut short, it counts as missed: the next start makes up for it.
      if (signal.aborted) return;
      this.#parts.log('error', `Function.${metadata.name}`, (error as Error).message);
    }
    this.#status = { last: iso(began), next: iso(next) };
    this.#arm(next);
  }

  #invocation(isPastDue: boolean, next: number): Invocation {
    const last = this.#status?.last ?? null;
    const data = timerInfo({ last, next: iso(next), isPastDue });
    const { metadata, name } = this.#called;
    return {
      functionId: metadata.functionId,
      inputs: [{ name, data }],
      triggerMetadata: {},
    };
  }

  #save(status: ScheduleStatus): void {
    this.#status = status;
    if (this.#isMonitored) this.#file.write(status);
  }
}

function isRare(schedule: Schedule): boolean {
  const first = schedule.next(0);
  return schedule.next(first) - first >= SHORTEST_MONITORED;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
