import {
  EventType,
  isCompletion,
  type HistoryEvent,
} from '../../../src/local/functions-host/durable/history-events.ts';

export function isActivity({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.TaskScheduled;
}

/**
 * Makes histories of different runs and processes comparable. Ids of executions are random. How many results come
 * together in a turn is chance, so the frames of turns are left out, and results that follow each other
 * without anything scheduled in between count as simultaneous.
 * @param histories all of one run: ids of executions occur in other histories than their own.
 */
export function describeHistory(histories: readonly (readonly HistoryEvent[])[]): {
  text(raw: string): string;
  history(events: readonly HistoryEvent[]): string[];
} {
  const names = new Map(histories.flatMap((events) => executionName(events)));
  const text = (raw: string): string =>
    // A name may hold the id of another execution, hence the second round.
    replaceAll(replaceAll(raw, names), names);
  return {
    text,
    history: (events) =>
      simultaneous(events.filter((event) => !isFrame(event))).flatMap((group) =>
        group.map((event) => text(JSON.stringify(event, withoutStacks))).toSorted(),
      ),
  };
}

/** The stack of an error names files and lines, which differ between processes. */
function withoutStacks(key: string, value: unknown): unknown {
  return key === 'Details' ? undefined : value;
}

function executionName(events: readonly HistoryEvent[]): [string, string][] {
  const started = events.find((event) => event.EventType === EventType.ExecutionStarted);
  if (started?.EventType !== EventType.ExecutionStarted) return [];
  const { ExecutionId, InstanceId } = started.OrchestrationInstance;
  return [[ExecutionId, `<execution of ${InstanceId}>`]];
}

function replaceAll(raw: string, names: ReadonlyMap<string, string>): string {
  let text = raw;
  for (const [id, name] of names) text = text.replaceAll(id, name);
  return text;
}

function simultaneous(events: readonly HistoryEvent[]): HistoryEvent[][] {
  const groups: HistoryEvent[][] = [];
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (before && isResult(before) && isResult(event)) groups.at(-1)?.push(event);
    else groups.push([event]);
  }
  return groups;
}

function isResult(event: HistoryEvent): boolean {
  return isCompletion(event) || event.EventType === EventType.EventRaised;
}

function isFrame({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.OrchestratorStarted || type === EventType.OrchestratorCompleted;
}
