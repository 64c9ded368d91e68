import { existsSync, writeFileSync } from 'node:fs';
import { app } from '@azure/functions';
import * as df from 'durable-functions';

/** Published on virtual time only. */
const clock = () => globalThis[Symbol.for('functions-host.clock')];

df.app.activity('greet', { handler: (name) => `Hello ${name}` });
df.app.activity('fail', {
  handler: () => {
    throw new Error('as told');
  },
});
df.app.activity('nap', {
  handler: async (milliseconds) => {
    const began = clock().now();
    await clock().sleep(milliseconds);
    return clock().now() - began;
  },
});

/** Kills its worker at the first attempt, which it marks with a file. */
df.app.activity('crashOnce', {
  handler: (mark) => {
    if (existsSync(mark)) return 'survived';
    writeFileSync(mark, '');
    return process.kill(process.pid, 'SIGKILL');
  },
});

df.app.orchestration('crashing', function* (context) {
  return yield context.df.callActivity('crashOnce', context.df.getInput());
});

df.app.orchestration('greetings', function* (context) {
  const names = context.df.getInput();
  return yield context.df.Task.all(names.map((name) => context.df.callActivity('greet', name)));
});

df.app.orchestration('failing', function* (context) {
  yield context.df.callActivity('fail');
});

df.app.orchestration('waiting', function* (context) {
  const began = context.df.currentUtcDateTime.getTime();
  yield context.df.createTimer(new Date(began + 86_400_000));
  const slept = yield context.df.callActivity('nap', 5_000);
  return { waited: context.df.currentUtcDateTime.getTime() - began, slept };
});

app.http('start', {
  route: 'start/{name}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const text = await request.text();
    const input = text === '' ? undefined : JSON.parse(text);
    const id = await client.startNew(request.params.name, { input });
    return client.createCheckStatusResponse(request, id);
  },
});
