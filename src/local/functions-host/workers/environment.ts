import type { Settings } from '../configuration/settings.ts';

/**
 * The environment of a worker: the app's settings and what the Functions host sets for its language
 * workers. `durable-functions` builds its URLs from `WEBSITE_HOSTNAME`.
 */
export function workerEnvironment(
  settings: Settings,
  directory: string,
  port: number,
): NodeJS.ProcessEnv {
  return {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    ...settings.all(),
    AzureWebJobsScriptRoot: directory,
    FUNCTIONS_EXTENSION_VERSION: '~4',
    FUNCTIONS_WORKER_RUNTIME: 'node',
    WEBSITE_HOSTNAME: `localhost:${port}`,
  };
}
