const df = require('durable-functions');

df.app.activity('sayHello', { handler: (city) => `Hello ${city}` });

df.app.orchestration('helloSequence', function* (context) {
  if (!context.df.isReplaying) context.log('Saying hello.');
  const outputs = [];
  outputs.push(yield context.df.callActivity('sayHello', 'Tokyo'));
  outputs.push(yield context.df.callActivity('sayHello', 'Seattle'));
  outputs.push(yield context.df.callActivity('sayHello', 'Cairo'));
  return outputs;
});

df.app.orchestration('helloWithStatus', function* (context) {
  const greeting = yield context.df.callActivity('sayHello', context.df.getInput());
  context.df.setCustomStatus(greeting);
  return greeting;
});

df.app.orchestration('helloBySubOrchestrator', function* (context) {
  const childId = `${context.df.instanceId}:child`;
  return yield context.df.callSubOrchestrator('helloWithStatus', context.df.getInput(), childId);
});
