import { setTimeout as delay } from 'node:timers/promises';
import { app } from '@azure/functions';
import * as df from 'durable-functions';

df.app.activity('echo', { handler: (input) => input });

/** Each gives how many activities ran, so that a lost one would show. */
df.app.orchestration('one-activity', function* (context) {
  return yield context.df.callActivity('echo', 1);
});
df.app.orchestration('five-steps', function* (context) {
  return yield* inARow(context, 5);
});
df.app.orchestration('thousand-steps', function* (context) {
  return yield* inARow(context, 1_000);
});
df.app.orchestration('fan-out', function* (context) {
  const tasks = Array.from({ length: 50 }, () => context.df.callActivity('echo', 1));
  const results = yield context.df.Task.all(tasks);
  return results.length;
});

/** Gives 1 once an hour has passed. */
df.app.orchestration('waiting', function* (context) {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
  return 1;
});

function* inARow(context, length) {
  let done = 0;
  while (done < length) done += yield context.df.callActivity('echo', 1);
  return done;
}

const durableClient = { extraInputs: [df.input.durableClient()] };

app.http('start', {
  route: 'start/{name}',
  methods: ['POST'],
  authLevel: 'anonymous',
  ...durableClient,
  handler: async (request, context) => {
    const client = df.getClient(context);
    const id = await client.startNew(request.params.name);
    return client.createCheckStatusResponse(request, id);
  },
});

/** Starts so many orchestrations and reads every result back, with one query once the last has ended. */
app.http('run', {
  route: 'run/{name}/{count:int}',
  methods: ['POST'],
  authLevel: 'anonymous',
  ...durableClient,
  handler: async ({ params: { name, count } }, context) => {
    const client = df.getClient(context);
    const since = new Date();
    const ids = await startedAll(client, name, Number(count));
    await ended(client, ids.at(-1));
    return { jsonBody: await outputsOf(client, new Set(ids), since) };
  },
});

/** Starts so many orchestrations that wait, and answers once all of them do. */
app.http('wait', {
  route: 'wait/{count:int}',
  methods: ['POST'],
  authLevel: 'anonymous',
  ...durableClient,
  handler: async ({ params: { count } }, context) => {
    const client = df.getClient(context);
    await startedAll(client, 'waiting', Number(count));
    while ((await client.getStatusBy({ runtimeStatus: ['Pending'] })).length > 0) await delay(50);
    return { jsonBody: (await client.getStatusBy({ runtimeStatus: ['Running'] })).length };
  },
});

/** How many orchestrations have ended as they should. */
app.http('ended', {
  route: 'ended',
  methods: ['GET'],
  authLevel: 'anonymous',
  ...durableClient,
  handler: async (_request, context) => {
    const all = await df.getClient(context).getStatusBy({ runtimeStatus: ['Completed'] });
    return { jsonBody: all.filter(({ output }) => output === 1).length };
  },
});

async function startedAll(client, name, count) {
  const ids = [];
  let left = count;
  const lane = async () => {
    while (left-- > 0) ids.push(await client.startNew(name));
  };
  await Promise.all(Array.from({ length: 100 }, lane));
  return ids;
}

async function ended(client, id) {
  // Asked more often, the worker would do little else than answer.
  while (!(await client.getStatus(id)).output) await delay(20);
}

async function outputsOf(client, ids, createdTimeFrom) {
  for (;;) {
    const created = (await client.getStatusBy({ createdTimeFrom })).filter(({ instanceId }) =>
      ids.has(instanceId),
    );
    const failed = created.find(({ runtimeStatus }) => runtimeStatus === 'Failed');
    if (failed) throw new Error(String(failed.output));
    const outputs = created.filter(({ runtimeStatus }) => runtimeStatus === 'Completed');
    if (outputs.length === ids.size) return outputs.map(({ output }) => output);
    await delay(5);
  }
}
