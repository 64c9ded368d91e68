import type { HostClock, Log } from '../contracts.ts';
import { Alarm } from './alarm.ts';
import { EndWatch } from './end-watch.ts';
import { noEffects, type Effects } from './effects.ts';
import { ExecutionCache } from './execution-cache.ts';
import { HubWriter } from './hub-writer.ts';
import { DurableStore } from './store.ts';
import type { StoredWork } from './work-table.ts';

/** A commit that is to come. */
interface Commitment {
  done: Promise<void>;
  over: () => void;
}

/** Who acts on what a commit brought about. */
export interface HubListener {
  /** An instance has messages to read. */
  wake(instanceId: string): void;
  /** An activity is to be run. */
  run(work: StoredWork): void;
}

/**
 * The stored state of a task hub together with what follows each change of it: instances are woken,
 * activities handed out, the alarm set for the next timer. Changes of the same turn of the event loop
 * are committed together, since each commit is a write to the disk; what follows them waits for that.
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
  /** What follows the changes that are not committed yet. */
  #pending: Effects[] = [];
  #commitment: Commitment | undefined;

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
    this.#commit();
    this.#listener = undefined;
    this.#alarm.set(undefined);
    this.store.close();
  }

  /** Whether changes are acted upon. */
  get isOpen(): boolean {
    return this.#listener !== undefined;
  }

  /** Writes all or nothing, and acts on what was written once it is committed. */
  commit<T>(write: (writer: HubWriter) => T): T {
    const effects = noEffects();
    const writer = new HubWriter(this.store, effects, this.clock.now());
    const result = this.store.write(() => write(writer));
    for (const instanceId of effects.rewritten) this.executions.forget(instanceId);
    this.#pending.push(effects);
    this.#commitment ??= this.#commitSoon();
    return result;
  }

  /** Resolves once everything that was written will outlive the process. */
  async committed(): Promise<void> {
    await this.#commitment?.done;
  }

  /** Whether something was written that is not committed. */
  get isCommitting(): boolean {
    return this.#commitment !== undefined;
  }

  /** Virtual time stands still until what follows has begun. */
  #commitSoon(): Commitment {
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const release = this.clock.hold();
    setImmediate(() => this.#commit());
    return {
      done,
      over: () => {
        resolve();
        release();
      },
    };
  }

  #commit(): void {
    const { over } = this.#commitment ?? {};
    this.#commitment = undefined;
    const pending = this.#pending.splice(0);
    if (pending.length === 0) return;
    this.store.commit();
    for (const effects of pending) this.#act(effects);
    this.#setAlarm();
    over?.();
  }

  #act({ ended, woken, work }: Effects): void {
    for (const instanceId of ended) this.ends.ended(instanceId);
    for (const each of work) this.#listener?.run(each);
    for (const instanceId of woken) this.#listener?.wake(instanceId);
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
