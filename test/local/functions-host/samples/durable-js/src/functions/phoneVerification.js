const df = require('durable-functions');

df.app.activity('sendChallenge', {
  handler: (phoneNumber, context) => {
    context.log(`Sending a code to ${phoneNumber}.`);
    return 4711;
  },
});

df.app.orchestration('phoneVerification', function* (context) {
  const phoneNumber = context.df.getInput();
  if (!phoneNumber) throw new Error('A phone number input is required.');

  const challengeCode = yield context.df.callActivity('sendChallenge', phoneNumber);
  const expiration = new Date(context.df.currentUtcDateTime.getTime() + 90_000);
  const timeoutTask = context.df.createTimer(expiration);

  let authorized = false;
  for (let attempt = 0; attempt <= 3; attempt += 1) {
    const response = context.df.waitForExternalEvent('ChallengeResponse');
    const winner = yield context.df.Task.any([response, timeoutTask]);
    if (winner !== response) break;
    authorized = response.result === challengeCode;
    if (authorized) break;
  }
  if (!timeoutTask.isCompleted) timeoutTask.cancel();
  return authorized;
});
