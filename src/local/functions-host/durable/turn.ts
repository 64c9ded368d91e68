import {
  FunctionFailedError,
  type LogLevel,
  type OrchestratorTurn,
  type TurnPayload,
  type Workers,
} from '../contracts.ts';
import { playedTexts, type Execution } from './execution.ts';
import { findFunction } from './functions.ts';
import { EventType, type HistoryEvent } from './history-events.ts';
import type { Ending, HubWriter } from './hub-writer.ts';
import type { Message } from './inbox-table.ts';
import { isTerminal, type Instance } from './instance.ts';
import type { DurableOptions } from './options.ts';
import type { TaskHub } from './task-hub.ts';
import { frame, TurnCommit, unknownOrchestrator } from './turn-commit.ts';
import { decideOutcome, failedEnding, type TurnOutcome } from './turn-outcome.ts';
import type { Runner } from './turn-dispatcher.ts';
import { turnPayload } from './turn-payload.ts';
import { planTurn, type TurnPlan } from './turn-plan.ts';
import { decideVersion } from './version.ts';

type RunPlan = Extract<TurnPlan, { action: 'run' }>;

/** Lets instances read their messages: one turn at a time for each. */
export class TurnRunner implements Runner {
  readonly #hub: TaskHub;
  readonly #workers: Workers;
  readonly #options: DurableOptions;

  constructor(hub: TaskHub, workers: Workers, options: DurableOptions) {
    this.#hub = hub;
    this.#workers = workers;
    this.#options = options;
  }

  /**
   * Runs one turn of an instance with the messages that are due.
   * @throws WorkerLostError when its worker died: nothing was written, the turn may be run again.
   */
  async run(instanceId: string): Promise<void> {
    const now = this.#hub.clock.now();
    const messages = this.#hub.store.inbox.read(instanceId, now);
    if (messages.length === 0) return;
    const instance = this.#hub.store.instances.get(instanceId);
    if (!instance || isTerminal(instance.status)) this.#discard(messages);
    else await this.#carryOut(instance, messages, now);
  }

  async #carryOut(instance: Instance, messages: readonly Message[], now: number): Promise<void> {
    const execution = this.#hub.executions.get(instance.instanceId, instance.executionId);
    const turnTime = Math.max(now, execution.state.currentTime);
    const plan = planTurn(instance, messages, execution.state, turnTime);
    switch (plan.action) {
      case 'terminate':
        this.#terminate(instance, plan.reason);
        break;
      case 'suspend':
        this.#suspend({ ...instance, status: 'Suspended', updated: turnTime }, execution, plan);
        break;
      case 'discard':
        this.#discard(plan.consumed);
        break;
      case 'run':
        await this.#runIfVersionSuits(instance, execution, plan, turnTime);
        break;
    }
  }

  async #runIfVersionSuits(
    instance: Instance,
    execution: Execution,
    plan: RunPlan,
    now: number,
  ): Promise<void> {
    const decision = decideVersion(this.#options, instance.version);
    if (decision.outcome === 'run') await this.#runCode(instance, execution, plan, now);
    else if (decision.outcome === 'fail') this.#fail(instance, decision.reason);
    else this.#log('warning', instance, `${decision.reason} It waits for a host that may run it.`);
  }

  async #runCode(
    instance: Instance,
    execution: Execution,
    plan: RunPlan,
    now: number,
  ): Promise<void> {
    const events = [frame(EventType.OrchestratorStarted, now), ...plan.events];
    const payload = turnPayload(instance, execution, events, this.#options);
    const turn = await this.#invoke(instance.name, payload);
    if (!this.#isCurrent(instance)) return;
    const outcome = decideOutcome(instance.name, turn, execution.state, plan.events, {
      now,
      instanceId: instance.instanceId,
      executionId: instance.executionId,
      defaultVersion: this.#options.defaultVersion,
      timers: this.#options,
    });
    this.#commit(instance, execution, { plan, events, outcome, now });
  }

  async #invoke(name: string, payload: TurnPayload): Promise<OrchestratorTurn> {
    const orchestrator = findFunction(this.#workers, name, 'orchestrationTrigger');
    if (!orchestrator) return failedTurn(unknownOrchestrator(name));
    try {
      return await this.#workers.runOrchestrator(orchestrator.functionId, payload);
    } catch (error) {
      if (error instanceof FunctionFailedError) return failedTurn(error.message);
      throw error;
    }
  }

  /** Whether the instance was neither purged nor replaced while its code ran. */
  #isCurrent({ instanceId, executionId }: Instance): boolean {
    return this.#hub.isOpen && this.#hub.store.instances.isRunning(instanceId, executionId);
  }

  #commit(
    instance: Instance,
    execution: Execution,
    turn: { plan: RunPlan; events: HistoryEvent[]; outcome: TurnOutcome; now: number },
  ): void {
    const { plan, outcome, now } = turn;
    const scheduled = outcome.work.scheduled.map(({ event }) => event);
    const events = [...turn.events, ...scheduled, frame(EventType.OrchestratorCompleted, now)];
    const find = (name: string): ReturnType<typeof findFunction> =>
      findFunction(this.#workers, name, 'orchestrationTrigger');
    this.#write(instance, execution, events, (writer) => {
      writer.store.inbox.remove(plan.consumed);
      return new TurnCommit(writer, instance, find).write(outcome, now) !== undefined;
    });
    if (outcome.next.kind === 'end') this.#logFailure(instance, outcome.next.ending);
    else this.#warnOfLength(instance, execution, events.length);
  }

  #suspend(
    instance: Instance,
    execution: Execution,
    { consumed, events }: Extract<TurnPlan, { action: 'suspend' }>,
  ): void {
    this.#write(instance, execution, events, (writer) => {
      writer.store.inbox.remove(consumed);
      writer.store.instances.update(instance);
      return true;
    });
  }

  /**
   * Appends to the history, and to what is kept of it in memory once that is safely stored.
   * @param write the rest of the transaction; answers whether this execution goes on.
   */
  #write(
    { instanceId }: Instance,
    execution: Execution,
    events: readonly HistoryEvent[],
    write: (writer: HubWriter) => boolean,
  ): void {
    const texts = playedTexts(events);
    const goesOn = this.#hub.commit((writer) => {
      writer.store.history.append(instanceId, execution.length, texts);
      return write(writer);
    });
    if (goesOn) execution.append(events, texts);
  }

  #terminate(instance: Instance, reason: string | null): void {
    this.#hub.commit((writer) => {
      writer.finish(instance, { status: 'Terminated', output: reason });
    });
  }

  #fail(instance: Instance, reason: string): void {
    const ending = failedEnding(instance.name, reason);
    this.#hub.commit((writer) => {
      writer.finish(instance, ending);
    });
    this.#logFailure(instance, ending);
  }

  #discard(messages: readonly Message[]): void {
    this.#hub.commit((writer) => {
      writer.store.inbox.remove(messages);
    });
  }

  #warnOfLength(instance: Instance, { length }: Execution, added: number): void {
    const { maxHistoryEvents } = this.#options;
    if (length < maxHistoryEvents || length - added >= maxHistoryEvents) return;
    this.#log(
      'warning',
      instance,
      `Its history has ${length} events, and every turn replays them all. Keep histories short: ` +
        'use continueAsNew for loops and sub-orchestrations for large fan-outs.',
    );
  }

  #logFailure(instance: Instance, { status, output, details }: Ending): void {
    if (status === 'Failed') this.#log('error', instance, [output, details].join('\n').trim());
  }

  #log(level: LogLevel, { name, instanceId }: Instance, message: string): void {
    this.#hub.log(level, `Function.${name}`, `Orchestration ${instanceId}: ${message}`);
  }
}

function failedTurn(message: string): OrchestratorTurn {
  return { isDone: false, actions: [], yielded: [], error: { message } };
}
