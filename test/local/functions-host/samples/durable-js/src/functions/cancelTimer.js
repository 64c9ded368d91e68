const df = require('durable-functions');

df.app.orchestration('cancelTimer', function* (context) {
  const expiration = new Date(context.df.currentUtcDateTime.getTime() + 2 * 60_000);
  const timeoutTask = context.df.createTimer(expiration);
  const hello = context.df.callActivity('sayHello', 'from the other side');
  const winner = yield context.df.Task.any([hello, timeoutTask]);
  if (!timeoutTask.isCompleted) timeoutTask.cancel();
  return winner === hello ? hello.result : 'too late';
});
