import { existsSync, writeFileSync } from 'node:fs';
import { app } from '@azure/functions';
import * as df from 'durable-functions';

const blockThread = (milliseconds) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

df.app.orchestration('loopsForEver', function* (context) {
  yield context.df.callActivity('greet', 'before the loop');
  for (;;) blockThread(1_000);
});

df.app.orchestration('blocks', function* (context) {
  if (!context.df.isReplaying) blockThread(3_200);
  return yield context.df.callActivity('greet', 'blocked');
});

df.app.orchestration('calls', function* (context) {
  const { activity, input } = context.df.getInput();
  return yield context.df.callActivity(activity, input);
});

df.app.activity('greet', { handler: (name) => `Hello ${name}` });
df.app.activity('neverEnds', { handler: () => new Promise(() => undefined) });

/** Ends its worker at the first attempt, which it marks with a file. */
df.app.activity('exitsOnce', {
  handler: (mark) => {
    if (existsSync(mark)) return 'survived';
    writeFileSync(mark, '');
    return process.exit(3);
  },
});

app.http('greeting', { handler: () => ({ body: 'Hello' }) });
