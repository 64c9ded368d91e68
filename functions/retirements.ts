import { app } from '@azure/functions';
import { services } from '../src/azure/services.ts';
import { sendAnnouncements } from '../src/workflow/notices/announce.ts';
import { checkRetirements } from '../src/workflow/notices/check-retirements.ts';

app.timer('checkRetirements', {
  schedule: '0 10 0 * * *',
  handler: async () => {
    await checkRetirements(services());
  },
});

app.timer('sendAnnouncements', {
  schedule: '15 */10 * * * *',
  handler: () => sendAnnouncements(services()),
});
