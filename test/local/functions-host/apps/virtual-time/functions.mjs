import { app } from '@azure/functions';

const clock = () => globalThis[Symbol.for('functions-host.clock')];
const iso = () => new Date(clock().now()).toISOString();

/** What the timers saw: when, and what they were told. */
const runs = [];

app.timer('hourly', {
  schedule: '0 0 * * * *',
  handler: async (timer) => {
    runs.push({ name: 'hourly', at: iso(), isPastDue: timer.isPastDue, ...timer.scheduleStatus });
  },
});

app.timer('atStart', {
  schedule: '%AT_START%',
  runOnStartup: true,
  handler: () => runs.push({ name: 'atStart', at: iso() }),
});

app.timer('retried', {
  schedule: '0 0 0 * * *',
  retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { seconds: 30 } },
  handler: (_timer, context) => {
    runs.push({ name: 'retried', at: iso(), retryCount: context.retryContext?.retryCount ?? null });
    throw new Error('as told');
  },
});

app.http('runs', { handler: () => ({ jsonBody: runs }) });

/** Several sleeps at once, and others one after the other. */
app.http('sleeps', {
  handler: async () => {
    const began = clock().now();
    const since = () => clock().now() - began;
    const woke = [];
    const inSteps = async () => {
      for (let step = 0; step < 3; step += 1) {
        await clock().sleep(1_000);
        woke.push(`step ${since()}`);
      }
    };
    const atOnce = async () => {
      await clock().sleep(10_000);
      woke.push(`whole ${since()}`);
    };
    await Promise.all([inSteps(), atOnce()]);
    return { jsonBody: woke };
  },
});
