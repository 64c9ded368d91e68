import type { HostClock, Log } from '../contracts.ts';
import { Alarm } from './alarm.ts';
import { EndWatch } from './end-watch.ts';
import { noEffects, type Effects } from './effects.ts';
import { ExecutionCache } from './execution-cache.ts';
import { HubWriter } from './hub-writer.ts';
import { DurableStore } from './store.ts';
import type { StoredWork } from './work-table.ts';

/** Who acts on what a commit brought about. */
export interface HubListener {
  /** An instance has messages to read. */
  wake(instanceId: string): void;
  /** An activity is to be run. */
  run(work: StoredWork): void;
}

/**
 * The stored state of a task hub together with what follows each change of it: instances are woken,
 * activities handed out, the alarm set for the next timer.
 */
export class TaskHub {
  readonly store: DurableStore;
  readonly executions: ExecutionCache;
  readonly clock: HostClock;
  readonly log: Log;
  readonly ends: EndWatch;
  readonly #alarm: Alarm;
  #listener: HubListener | undefined;
  /** Instances with messages due by this time have been woken. */
  #wokenUntil = 0;

  /** @throws StateFileError when the state file cannot be used. */
  constructor(statePath: string, clock: HostClock, log: Log) {
    this.store = new DurableStore(statePath);
    this.executions = new ExecutionCache(this.store.history);
    this.clock = clock;
    this.log = log;
    this.ends = new EndWatch(clock);
    this.#alarm = new Alarm(clock, () => {
      this.#wakeDue();
    });
  }

  /** Takes up what an earlier process left: unfinished activities, messages that are due, timers. */
  open(listener: HubListener): void {
    this.#listener = listener;
    for (const work of this.store.work.all()) listener.run(work);
    this.#wokenUntil = this.clock.now();
    for (const instanceId of this.store.inbox.dueInstances(this.#wokenUntil))
      listener.wake(instanceId);
    this.#setAlarm();
  }

  /** Nothing is written from here on: what is in flight is done again after the next start. */
  close(): void {
    this.#listener = undefined;
    this.#alarm.set(undefined);
    this.store.close();
  }

  /** Whether changes are acted upon. */
  get isOpen(): boolean {
    return this.#listener !== undefined;
  }

  /** Writes in one transaction, then acts on what was written. */
  commit<T>(write: (writer: HubWriter) => T): T {
    const effects = noEffects();
    const writer = new HubWriter(this.store, effects, this.clock.now());
    const result = this.store.transaction(() => write(writer));
    this.#act(effects);
    return result;
  }

  #act({ rewritten, ended, woken, work }: Effects): void {
    for (const instanceId of rewritten) this.executions.forget(instanceId);
    for (const instanceId of ended) this.ends.ended(instanceId);
    for (const each of work) this.#listener?.run(each);
    for (const instanceId of woken) this.#listener?.wake(instanceId);
    this.#setAlarm();
  }

  #wakeDue(): void {
    const now = this.clock.now();
    for (const instanceId of this.store.inbox.dueSince(this.#wokenUntil, now))
      this.#listener?.wake(instanceId);
    this.#wokenUntil = now;
    this.#setAlarm();
  }

  /** After every change, as timers come and go: a stale alarm would carry virtual time away. */
  #setAlarm(): void {
    this.#alarm.set(this.store.inbox.nextDue(this.#wokenUntil));
  }
}
