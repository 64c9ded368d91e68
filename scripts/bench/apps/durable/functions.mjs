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
    const starts = Array.from({ length: Number(count) }, () => client.startNew(name));
    const ids = new Set(await Promise.all(starts));
    for (const id of [...ids].slice(-1)) await ended(client, id);
    return { jsonBody: await outputsOf(client, ids, since) };
  },
});

async function ended(client, id) {
  while (!(await client.getStatus(id)).output) await delay(5);
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
