const df = require('durable-functions');

const MINUTE = 60_000;

/** Clear weather comes with the third look. */
df.app.activity('isClear', { handler: ({ look }) => look >= 3 });
df.app.activity('alertUser', {
  handler: (phone, context) => {
    context.warn(`Telling ${phone}.`);
    return `told ${phone}`;
  },
});

df.app.orchestration('monitor', function* (context) {
  const { phone, minutes } = context.df.getInput();
  const expires = context.df.currentUtcDateTime.getTime() + 6 * 60 * MINUTE;
  for (let look = 1; context.df.currentUtcDateTime.getTime() < expires; look += 1) {
    const isClear = yield context.df.callActivity('isClear', { look });
    if (isClear) return yield context.df.callActivity('alertUser', phone);
    const next = new Date(context.df.currentUtcDateTime.getTime() + minutes * MINUTE);
    context.df.setCustomStatus({ looks: look, next: next.toISOString() });
    yield context.df.createTimer(next);
  }
  return 'expired';
});

df.app.orchestration('eternalCounter', function* (context) {
  const count = (context.df.getInput() || 0) + 1;
  const wake = new Date(context.df.currentUtcDateTime.getTime() + 30_000);
  yield context.df.createTimer(wake);
  if (count < 10) context.df.continueAsNew(count);
  return count;
});
