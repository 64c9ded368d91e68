import { app } from '@azure/functions';

app.http('settings', {
  authLevel: 'anonymous',
  handler: () => ({
    jsonBody: {
      AzureWebJobsStorage: process.env.AzureWebJobsStorage,
      DataStorage: process.env.DataStorage,
      ServiceBus: process.env.ServiceBus,
      AZURE_OPENAI_ENDPOINT: process.env.AZURE_OPENAI_ENDPOINT,
      AZURE_OPENAI_API_KEY: process.env.AZURE_OPENAI_API_KEY,
    },
  }),
});
