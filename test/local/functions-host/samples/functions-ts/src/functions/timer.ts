import { app, type InvocationContext, type Timer } from '@azure/functions';

let attempts = 0;
const ticks: unknown[] = [];

app.timer('timer', {
  schedule: '%EVERY_NEW_YEAR%',
  runOnStartup: true,
  retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { milliseconds: 100 } },
  handler: async (timer: Timer, context: InvocationContext): Promise<void> => {
    attempts += 1;
    if (attempts < 3) throw new Error(`attempt ${attempts}`);
    ticks.push({ isPastDue: timer.isPastDue, retries: context.retryContext?.retryCount });
  },
});

app.http('ticks', { handler: async () => ({ jsonBody: ticks }) });
