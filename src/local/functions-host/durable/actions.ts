import type { ActionEntry, OrchestratorTurn } from '../contracts.ts';

/** The `actionType` numbers of the out-of-process protocol (durable-functions `ActionType`). */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  ScheduledSignalEntity: 10,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

const actionNames = new Map<number, string>(
  Object.entries(ActionType).map(([name, number]) => [number, name]),
);

export interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
}

export interface ActivityCall {
  kind: 'activity';
  name: string;
  input: unknown;
  retry: RetryOptions | undefined;
}

export interface SubOrchestrationCall {
  kind: 'sub-orchestration';
  name: string;
  input: unknown;
  instanceId: string | undefined;
  version: string | undefined;
  retry: RetryOptions | undefined;
}

export interface TimerCall {
  kind: 'timer';
  /** Milliseconds since the epoch. */
  fireAt: number;
  isCanceled: boolean;
}

/** An operation on an entity: a call waits for its result, a signal does not. */
export interface EntityOperation {
  kind: 'entity';
  /** Its scheduler's instance id, `@name@key`. */
  entityId: string;
  operation: string;
  input: unknown;
  isSignal: boolean;
}

/** Something that the orchestrator's code asked for and that takes a number. */
export type Call = ActivityCall | SubOrchestrationCall | TimerCall | EntityOperation;

/** What the code asked for, reduced to what the host must act upon. */
export interface TurnCalls {
  /** The numbered calls in the order in which the SDK numbers them. */
  calls: Call[];
  continueAsNew: { input: unknown } | undefined;
}

/** The app uses an action that this host cannot carry out. */
export class UnsupportedActionError extends Error {
  override name = 'UnsupportedActionError';
}

/** The shapes of the actions' JSON, all in one: which members are set depends on the type. */
interface WireAction {
  actionType: number;
  functionName: string;
  input?: unknown;
  instanceId?: string;
  version?: string;
  operation: string;
  retryOptions?: RetryOptions;
  fireAt: string;
  isCanceled: boolean;
}

/**
 * Lists the numbered calls of a turn. The SDK numbers a task when it is first yielded, children
 * depth-first, so an action that is met again (the loser of an earlier race, say) is passed over.
 * @throws {@link UnsupportedActionError} for locks and `callHttp`.
 */
export function readTurn(turn: Pick<OrchestratorTurn, 'actions' | 'yielded'>): TurnCalls {
  const result: TurnCalls = { calls: [], continueAsNew: undefined };
  for (const entry of entriesInOrder(turn)) addEntry(entry, result);
  return result;
}

/** The leaves of the action tree in depth-first order, each once. */
function entriesInOrder({
  actions,
  yielded,
}: Pick<OrchestratorTurn, 'actions' | 'yielded'>): ActionEntry[] {
  const met = new Set<number>();
  const leaves: ActionEntry[] = [];
  const visit = (index: number): void => {
    const entry = actions[index];
    if (entry === undefined || met.has(index)) return;
    met.add(index);
    if (entry.children === undefined) leaves.push(entry);
    else entry.children.forEach(visit);
  };
  yielded.forEach(visit);
  return leaves;
}

function addEntry({ action }: ActionEntry, into: TurnCalls): void {
  const wire = action as unknown as WireAction;
  switch (wire.actionType) {
    case ActionType.CallActivity:
    case ActionType.CallActivityWithRetry:
      into.calls.push(activityCall(wire));
      break;
    case ActionType.CallSubOrchestrator:
    case ActionType.CallSubOrchestratorWithRetry:
      into.calls.push(subOrchestrationCall(wire));
      break;
    case ActionType.CreateTimer:
      into.calls.push(timerCall(wire));
      break;
    case ActionType.CallEntity:
    case ActionType.SignalEntity:
      into.calls.push(entityOperation(wire));
      break;
    case ActionType.ContinueAsNew:
      into.continueAsNew = { input: wire.input };
      break;
    case ActionType.WaitForExternalEvent:
      break;
    default:
      throw unsupported(wire.actionType);
  }
}

function activityCall(wire: WireAction): ActivityCall {
  return {
    kind: 'activity',
    name: wire.functionName,
    input: wire.input,
    retry: wire.retryOptions,
  };
}

function subOrchestrationCall(wire: WireAction): SubOrchestrationCall {
  return {
    kind: 'sub-orchestration',
    name: wire.functionName,
    input: wire.input,
    instanceId: wire.instanceId,
    version: wire.version,
    retry: wire.retryOptions,
  };
}

function timerCall(wire: WireAction): TimerCall {
  return { kind: 'timer', fireAt: Date.parse(wire.fireAt), isCanceled: wire.isCanceled };
}

function entityOperation(wire: WireAction): EntityOperation {
  return {
    kind: 'entity',
    entityId: wire.instanceId ?? '',
    operation: wire.operation,
    input: wire.input,
    isSignal: wire.actionType === ActionType.SignalEntity,
  };
}

function unsupported(actionType: number): UnsupportedActionError {
  const name = actionNames.get(actionType) ?? `action type ${actionType}`;
  return new UnsupportedActionError(
    `${name} is not supported yet by this host. It runs activities, sub-orchestrations, timers, ` +
      'external events, entities and continueAsNew; entity locks and callHttp need Azure for now.',
  );
}
