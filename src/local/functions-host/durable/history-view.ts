import {
  completedTaskId,
  EventType,
  eventName,
  isCompletion,
  isScheduling,
  type CompletionEvent,
  type HistoryEvent,
  type SchedulingEvent,
} from './history-events.ts';

type View = Record<string, unknown>;

/**
 * A history as status queries show it: without the frames of the turns, and with the start of a task
 * merged into its end.
 * @param texts JSON texts of the events.
 */
export function readHistory(
  texts: readonly string[],
  show: { showInput: boolean; showOutput: boolean },
): View[] {
  const events = texts.map((text) => JSON.parse(text) as HistoryEvent);
  const scheduled = new Map(
    events.filter(isScheduling).map((event) => [event.EventId, event] as const),
  );
  const ended = new Set(events.filter(isCompletion).map(completedTaskId));
  return events
    .filter((event) => !isFrame(event) && !isMerged(event, ended))
    .map((event) => view(event, scheduled, show));
}

function isFrame({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.OrchestratorStarted || type === EventType.OrchestratorCompleted;
}

/** Timers keep both events; tasks show their end alone. */
function isMerged(event: HistoryEvent, ended: ReadonlySet<number>): boolean {
  return (
    isScheduling(event) && event.EventType !== EventType.TimerCreated && ended.has(event.EventId)
  );
}

function view(
  event: HistoryEvent,
  scheduled: ReadonlyMap<number, SchedulingEvent>,
  show: { showInput: boolean; showOutput: boolean },
): View {
  const start = isCompletion(event) ? scheduled.get(completedTaskId(event)) : undefined;
  const shown: View = {
    ...publicMembers(event),
    EventType: eventName(event.EventType),
    ...(start && event.EventType !== EventType.TimerFired ? taskMembers(start, event) : {}),
    ...(event.EventType === EventType.ExecutionStarted ? { FunctionName: event.Name } : {}),
  };
  if (!show.showInput) delete shown['Input'];
  if (show.showOutput) shown['Result'] = parsed(shown['Result']);
  else delete shown['Result'];
  return shown;
}

function taskMembers(start: SchedulingEvent, end: HistoryEvent): View {
  return {
    ScheduledTime: start.Timestamp,
    ...('Name' in start ? { FunctionName: start.Name, Input: start.Input } : {}),
    Timestamp: end.Timestamp,
  };
}

const INTERNAL = new Set([
  'EventId',
  'IsPlayed',
  'TimerId',
  'TaskScheduledId',
  'HostCall',
  'OrchestrationInstance',
  'ParentInstance',
  'Version',
  'Tags',
]);

/** What the API shows of an event; the name of a started execution becomes its FunctionName. */
function publicMembers(event: HistoryEvent | CompletionEvent): View {
  const isStart = event.EventType === EventType.ExecutionStarted;
  return Object.fromEntries(
    Object.entries(event).filter(([key]) => !INTERNAL.has(key) && !(isStart && key === 'Name')),
  );
}

function parsed(json: unknown): unknown {
  return typeof json === 'string' ? (JSON.parse(json) as unknown) : json;
}
