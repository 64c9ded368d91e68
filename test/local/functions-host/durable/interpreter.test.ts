import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InProcessWorkers } from '../../../support/in-process-workers.ts';
import {
  ActionType,
  UnsupportedActionError,
} from '../../../../src/local/functions-host/durable/actions.ts';
import { NonDeterminismError } from '../../../../src/local/functions-host/durable/determinism.ts';
import type { ExecutionState } from '../../../../src/local/functions-host/durable/execution-state.ts';
import { Execution, playedTexts } from '../../../../src/local/functions-host/durable/execution.ts';
import {
  EventType,
  iso,
  type CompletionEvent,
  type EventRaised,
  type HistoryEvent,
  type SchedulingEvent,
} from '../../../../src/local/functions-host/durable/history-events.ts';
import type { Instance } from '../../../../src/local/functions-host/durable/instance.ts';
import {
  interpret,
  orderForTurn,
} from '../../../../src/local/functions-host/durable/interpreter.ts';
import { readDurableOptions } from '../../../../src/local/functions-host/durable/options.ts';
import { turnPayload } from '../../../../src/local/functions-host/durable/turn-payload.ts';
import { RANDOM_ORCHESTRATION, randomProgram, type RandomProgram } from './random-orchestration.ts';

const START = Date.UTC(2030, 0, 1);
const OPTIONS = readDurableOptions({ maximumShortTimer: 30_000, longTimerInterval: 20_000 });
const workers = new InProcessWorkers();
const stamp = { EventId: -1, Timestamp: iso(START) };

/** Decides what the next turn delivers: which of the open tasks end, how, and which events come. */
interface Delivery {
  /** Each open task ends if its bit is set. */
  ends: number;
  /** Each ending task fails if its bit is set. */
  fails: number;
  events: number;
  /** Whether events stand before the ends of tasks. */
  eventsFirst: boolean;
}

const deliveries = fc.infiniteStream(
  fc.record({
    ends: fc.nat(255),
    fails: fc.nat(255),
    events: fc.nat(2),
    eventsFirst: fc.boolean(),
  }),
);
const MOST_TURNS = 40;

/** Runs a random orchestration in the SDK's executor against a history of the interpreter's making. */
class Simulation {
  readonly #execution = new Execution('e1', []);
  readonly #open = new Map<number, SchedulingEvent>();
  readonly #instance: Instance;
  #now = START;
  isOver = false;

  constructor(program: RandomProgram) {
    this.#instance = {
      instanceId: 'i1',
      executionId: 'e1',
      name: RANDOM_ORCHESTRATION,
      version: '',
      status: 'Running',
      input: JSON.stringify(program),
      output: null,
      customStatus: null,
      created: START,
      updated: START,
      parent: null,
    };
  }

  async start(): Promise<void> {
    await this.#turn([
      {
        EventType: EventType.ExecutionStarted,
        OrchestrationInstance: { InstanceId: 'i1', ExecutionId: 'e1' },
        ParentInstance: null,
        Name: RANDOM_ORCHESTRATION,
        Version: '',
        Input: this.#instance.input,
        Tags: null,
        ...stamp,
      },
    ]);
  }

  async deliver(delivery: Delivery): Promise<void> {
    const ends = [...this.#open.values()]
      .filter((_, index) => delivery.ends & (1 << (index % 8)))
      .map((task, index) => end(task, Boolean(delivery.fails & (1 << (index % 8)))));
    const events = Array.from({ length: delivery.events }, raised);
    const timers = ends.flatMap((event) => ('FireAt' in event ? Date.parse(event.FireAt) : []));
    this.#now = Math.max(this.#now + 1, ...timers);
    await this.#turn(delivery.eventsFirst ? [...events, ...ends] : [...ends, ...events]);
  }

  async #turn(messages: HistoryEvent[]): Promise<void> {
    const now = this.#now;
    const { state } = this.#execution;
    const delivered = orderForTurn(
      messages.map((event) => ({ event })),
      state,
      now,
    );
    const events = delivered.map(({ event }) => event);
    const frame = { EventType: EventType.OrchestratorStarted, EventId: -1, Timestamp: iso(now) };
    const payload = turnPayload(this.#instance, this.#execution, [frame, ...events], OPTIONS);
    const turn = await workers.runOrchestrator(RANDOM_ORCHESTRATION, payload);
    const { scheduled, cancelledTimers } = interpret(turn, state, events, {
      now,
      instanceId: 'i1',
      executionId: 'e1',
      defaultVersion: '',
      timers: OPTIONS,
    });
    const added = scheduled.map(({ event }) => event);
    const history = [frame, ...events, ...added];
    this.#execution.append(history, playedTexts(history));
    this.#track(events, added, cancelledTimers);
    this.isOver = turn.isDone;
    if (!turn.isDone && turn.oracle) this.#compare(turn.oracle);
  }

  #track(events: HistoryEvent[], added: SchedulingEvent[], cancelled: number[]): void {
    for (const event of events)
      if ('TimerId' in event) this.#open.delete(event.TimerId);
      else if ('TaskScheduledId' in event) this.#open.delete(event.TaskScheduledId);
      else this.#replied(event);
    for (const event of added)
      if (this.#execution.state.isOpen(event.EventId)) this.#open.set(event.EventId, event);
    for (const timer of cancelled) this.#open.delete(timer);
  }

  #replied(event: HistoryEvent): void {
    for (const [taskId, { HostCall }] of this.#open)
      if ('Name' in event && HostCall.request === event.Name) this.#open.delete(taskId);
  }

  #compare(oracle: { sequenceNumber: number; openTaskIds: number[] }): void {
    const { nextTaskId, openTaskIds } = this.#execution.state;
    expect(nextTaskId).toBe(oracle.sequenceNumber);
    expect(openTaskIds.toSorted(byNumber)).toEqual(oracle.openTaskIds.toSorted(byNumber));
    const texts = (JSON.parse(`[${this.#execution.texts.join()}]`) as unknown[]).map((event) =>
      JSON.stringify(event),
    );
    const rebuilt = new Execution('e1', texts).state;
    expect(summary(rebuilt)).toEqual(summary(this.#execution.state));
  }
}

function summary({ calls, nextTaskId, openTaskIds, currentTime }: ExecutionState): unknown {
  const progress = calls.map(({ attempts, openTaskId }) => ({ attempts, openTaskId }));
  return { progress, nextTaskId, openTaskIds, currentTime };
}

const byNumber = (left: number, right: number): number => left - right;

function raised(): HistoryEvent {
  return { EventType: EventType.EventRaised, Name: 'event', Input: '1', ...stamp };
}

function end(task: SchedulingEvent, fails: boolean): CompletionEvent | EventRaised {
  const TaskScheduledId = task.EventId;
  const isChild = task.EventType === EventType.SubOrchestrationInstanceCreated;
  if (task.EventType === EventType.TimerCreated)
    return {
      EventType: EventType.TimerFired,
      TimerId: task.EventId,
      FireAt: task.FireAt,
      ...stamp,
    };
  if (task.EventType === EventType.EventSent) return reply(task, fails);
  if (fails)
    return {
      EventType: isChild ? EventType.SubOrchestrationInstanceFailed : EventType.TaskFailed,
      TaskScheduledId,
      Reason: 'failed',
      Details: '',
      ...stamp,
    };
  return {
    EventType: isChild ? EventType.SubOrchestrationInstanceCompleted : EventType.TaskCompleted,
    TaskScheduledId,
    Result: '"result"',
    ...stamp,
  };
}

function reply({ HostCall }: SchedulingEvent, fails: boolean): EventRaised {
  const answer = { result: '"result"', ...(fails ? { exceptionType: 'failed' } : {}) };
  return {
    EventType: EventType.EventRaised,
    Name: HostCall.request ?? '',
    Input: JSON.stringify(answer),
    ...stamp,
  };
}

describe('the interpreter', () => {
  it("numbers the tasks of any orchestration as the SDK's executor does", async () => {
    let finished = 0;
    await fc.assert(
      fc.asyncProperty(randomProgram, deliveries, async (program, plan) => {
        const simulation = new Simulation(program);
        await simulation.start();
        for (const delivery of plan.take(MOST_TURNS)) {
          if (simulation.isOver) break;
          await simulation.deliver(delivery);
        }
        if (simulation.isOver) finished++;
      }),
      { numRuns: 300 },
    );
    expect(finished).toBeGreaterThan(100);
  });

  const scheduledActivity = (name: string): SchedulingEvent => ({
    EventType: EventType.TaskScheduled,
    EventId: 0,
    HostCall: { ordinal: 0 },
    Name: name,
    Version: '',
    Input: '[null]',
    Timestamp: iso(START),
  });
  const context = {
    now: START,
    instanceId: 'i1',
    executionId: 'e1',
    defaultVersion: '',
    timers: OPTIONS,
  };
  const afterActivity = (name: string): Execution => {
    const execution = new Execution('e1', []);
    const events = [scheduledActivity(name)];
    execution.append(events, playedTexts(events));
    return execution;
  };

  it.each([
    {
      change: 'another activity',
      actions: [{ action: { actionType: ActionType.CallActivity, functionName: 'b' } }],
      isDone: false,
      message: /call 1 was activity 'a' in the history, but .* asked for activity 'b'/,
    },
    {
      change: 'a timer',
      actions: [{ action: { actionType: ActionType.CreateTimer, fireAt: iso(START) } }],
      isDone: false,
      message: /was activity 'a' .* asked for a timer/,
    },
    {
      change: 'an earlier end',
      actions: [],
      isDone: true,
      message: /was activity 'a' .* reached its end/,
    },
  ])('finds code that is not deterministic by $change', ({ actions, isDone, message }) => {
    const yielded = actions.map((_, index) => index);
    const { state } = afterActivity('a');
    const replay = (): unknown => interpret({ isDone, actions, yielded }, state, [], context);
    expect(replay).toThrow(NonDeterminismError);
    expect(replay).toThrow(message);
  });

  it('lets code that fails early on replay fail for its own reason', () => {
    const turn = { isDone: false, actions: [], yielded: [], error: { message: 'own' } };
    expect(interpret(turn, afterActivity('a').state, [], context).scheduled).toEqual([]);
  });

  it('refuses actions that the host cannot carry out', () => {
    const actions = [{ action: { actionType: ActionType.CallHttp } }];
    const turn = { isDone: false, actions, yielded: [0] };
    expect(() => interpret(turn, new Execution('e1', []).state, [], context)).toThrow(
      UnsupportedActionError,
    );
  });
});
