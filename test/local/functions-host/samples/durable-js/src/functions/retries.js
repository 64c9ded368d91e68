const df = require('durable-functions');

/** Attempts by key, for as long as this process lives. */
const attempts = new Map();

df.app.activity('flaky', {
  handler: ({ key, failures }) => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    if (attempt <= failures) throw new Error(`attempt ${attempt} fails`);
    return `attempt ${attempt} succeeds`;
  },
});

df.app.orchestration('activityWithRetry', function* (context) {
  const retryOptions = new df.RetryOptions(5_000, 3);
  retryOptions.backoffCoefficient = 2;
  retryOptions.maxRetryIntervalInMilliseconds = 60_000;
  const input = { key: context.df.instanceId, failures: context.df.getInput() };
  try {
    return yield context.df.callActivityWithRetry('flaky', retryOptions, input);
  } catch (error) {
    context.error(`Given up: ${error.message}`);
    return 'given up';
  }
});

df.app.orchestration('throwsInLine', function* (context) {
  yield context.df.callActivity('sayHello', 'before');
  throw new Error('throwsInLine does what it says.');
});

df.app.orchestration('subOrchestratorWithRetry', function* (context) {
  const retryOptions = new df.RetryOptions(10_000, 2);
  const childId = `${context.df.instanceId}:0`;
  try {
    return yield context.df.callSubOrchestratorWithRetry(
      'throwsInLine',
      retryOptions,
      'Matter',
      childId,
    );
  } catch {
    return 'the child failed twice';
  }
});

df.app.orchestration('failsWithoutRetry', function* (context) {
  yield context.df.callActivity('flaky', { key: context.df.newGuid('once'), failures: 1 });
});
