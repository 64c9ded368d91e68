const df = require('durable-functions');

const listWork = df.app.activity('listWork', {
  handler: (count) => Array.from({ length: count }, (_, number) => ({ number })),
});
const measure = df.app.activity('measure', {
  handler: async ({ number }, context) => {
    context.debug(`Measuring ${number}.`);
    return number * number;
  },
});

df.app.orchestration('fanOutFanIn', function* (context) {
  const work = yield listWork(context.df.getInput());
  const sizes = yield context.df.Task.all(work.map((item) => measure(item)));
  return sizes.reduce((sum, size) => sum + size, 0);
});

df.app.orchestration('fanOutToSubOrchestrators', function* (context) {
  const children = context.df
    .getInput()
    .map((city) => context.df.callSubOrchestrator('helloWithStatus', city));
  return yield context.df.Task.all(children);
});
