import { app, type Timer } from '@azure/functions';
import { readBack } from '../src/azure/read-back.ts';
import { durableClient, servicesFor } from '../src/azure/services-for.ts';
import { serveQueues } from '../src/workflow/admission/serve-queues.ts';
import { listWatchedWork } from '../src/workflow/listing.ts';
import { sweep } from '../src/workflow/sweeper/sweep.ts';
import { forgetOldJobs, keepJobs } from '../src/workflow/upkeep.ts';

app.timer('keepJobs', {
  schedule: '0 * * * * *',
  extraInputs: [durableClient],
  handler: async (timer, context) => {
    await keepJobs(servicesFor(context), lastRunOf(timer));
    await serveQueues(servicesFor(context));
  },
});

/** Unknown before the first run. */
function lastRunOf({ scheduleStatus }: Timer): number | undefined {
  const last = Date.parse(scheduleStatus?.last ?? '');
  return Number.isNaN(last) ? undefined : last;
}

app.timer('forgetOldJobs', {
  schedule: '0 30 3 * * *',
  extraInputs: [durableClient],
  handler: async (_timer, context) => {
    await forgetOldJobs(servicesFor(context));
  },
});

app.timer('sweep', {
  schedule: '15 */10 * * * *',
  extraInputs: [durableClient],
  handler: async (_timer, context) => {
    await sweep(servicesFor(context));
  },
});

app.timer('returnDeadLetters', {
  schedule: '30 */5 * * * *',
  extraInputs: [durableClient],
  handler: (_timer, context) => readBack(servicesFor(context)),
});

app.timer('listBatches', {
  schedule: '45 */3 * * * *',
  extraInputs: [durableClient],
  handler: async (_timer, context) => {
    await listWatchedWork(servicesFor(context));
  },
});
