import * as df from 'durable-functions';

const SECOND = 1_000;
const DAY = 24 * 60 * 60 * SECOND;

/** The time by which activities go; whoever runs the scenarios sets it. */
export const time = { now: (): number => 0 };

/** Orchestrations that end by themselves, the same way whenever they run undisturbed. */
export const SCENARIOS = ['fanOut', 'retries', 'parent', 'callsEntities', 'timers'] as const;

export type Scenario = (typeof SCENARIOS)[number];

export const ACTIVITIES: ReadonlySet<string> = new Set(['square', 'failUntil']);

df.app.activity('square', { handler: (value: number) => value * value });

df.app.activity('failUntil', {
  handler: (moment: number) => {
    if (time.now() < moment) throw new Error('not yet');
    return 'at last';
  },
});

df.app.orchestration('fanOut', function* (context) {
  const tasks = Array.from({ length: 6 }, (_, index) => context.df.callActivity('square', index));
  const squares = (yield context.df.Task.all(tasks)) as number[];
  return (yield context.df.callActivity('square', squares.length)) as unknown;
});

df.app.orchestration('retries', function* (context) {
  const options = new df.RetryOptions(10 * SECOND, 5);
  options.backoffCoefficient = 2;
  const moment = context.df.currentUtcDateTime.getTime() + 25 * SECOND;
  const first: unknown = yield context.df.callActivityWithRetry('failUntil', options, moment);
  return [first, yield context.df.callSubOrchestratorWithRetry('flaky', options, moment + DAY / 2)];
});

df.app.orchestration('flaky', function* (context) {
  const moment = context.df.getInput<number>();
  yield context.df.createTimer(new Date(moment));
  return (yield context.df.callActivity('failUntil', moment)) as unknown;
});

df.app.orchestration('parent', function* (context) {
  const named = context.df.callSubOrchestrator('child', 2, `${context.df.instanceId}-named`);
  const results: unknown = yield context.df.Task.all([
    named,
    context.df.callSubOrchestrator('child', 3),
  ]);
  try {
    yield context.df.callSubOrchestrator('child', -1);
  } catch (error) {
    return [results, (error as Error).message.split(' \n ')[0]];
  }
  return results;
});

df.app.orchestration('child', function* (context) {
  const value = context.df.getInput<number>();
  if (value < 0) throw new Error('too small');
  context.df.setCustomStatus({ value });
  const square = (yield context.df.callActivity('square', value)) as number;
  return (yield context.df.callActivity('square', square)) as unknown;
});

df.app.orchestration('callsEntities', function* (context) {
  const account = new df.EntityId('account', context.df.instanceId);
  for (const amount of [1, 2, 3]) context.df.signalEntity(account, 'add', amount);
  const before: unknown = yield context.df.callEntity(account, 'get');
  yield context.df.callEntity(account, 'share', 10);
  yield context.df.callActivity('square', 7);
  const after: unknown = yield context.df.callEntity(account, 'get');
  return [before, after];
});

df.app.entity('account', (context: df.EntityContext<number>) => {
  const balance = context.df.getState(() => 0) ?? 0;
  const amount = context.df.getInput<number>() ?? 0;
  if (context.df.operationName === 'get') context.df.return(balance);
  else context.df.setState(balance + amount);
  if (context.df.operationName === 'share') {
    const heir = new df.EntityId('account', `${context.df.entityKey}-heir`);
    context.df.signalEntity(heir, 'add', amount);
  }
});

df.app.orchestration('timers', function* (context) {
  const later = (milliseconds: number): df.TimerTask =>
    context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + milliseconds));
  yield later(5 * SECOND);
  const timeout = later(DAY);
  yield context.df.Task.any([timeout, context.df.callActivity('square', 4)]);
  timeout.cancel();
  yield later(10 * DAY);
  return context.df.currentUtcDateTime.toISOString();
});
