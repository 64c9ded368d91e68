import type { Instance } from './instance.ts';
import { readHistory } from './history-view.ts';

/** Which parts of an instance's status are asked for. */
export interface StatusView {
  showInput: boolean;
  /** JSON texts of the events, when they are asked for. */
  history?: { events: readonly string[]; showOutput: boolean };
}

/** The status of an instance as the durable HTTP API shows it. */
export function instanceStatus(
  instance: Instance,
  { showInput, history }: StatusView,
): Record<string, unknown> {
  return {
    name: instance.name,
    instanceId: instance.instanceId,
    runtimeStatus: instance.status,
    input: showInput ? parsed(instance.input) : null,
    customStatus: parsed(instance.customStatus),
    output: parsed(instance.output),
    createdTime: wholeSeconds(instance.created),
    lastUpdatedTime: wholeSeconds(instance.updated),
    ...(history && { historyEvents: readHistory(history.events, { showInput, ...history }) }),
  };
}

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}

/** The API leaves out fractions of seconds. */
function wholeSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
