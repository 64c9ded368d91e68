import type { HttpResponseInit } from '@azure/functions';
import { listDeployments } from '../../workflow/notices/deployment-list.ts';
import type { Services } from '../../workflow/services.ts';

/** `GET /api/deployments`: what the settings and Azure say of each. */
export async function getDeployments(services: Services): Promise<HttpResponseInit> {
  return { jsonBody: { deployments: await listDeployments(services) } };
}

/** A row that never exists: reading it asks the index whether it can be reached, and no more. */
const NO_JOB = '.health';

/** `GET /api/health`: 200 when jobs can be accepted, 503 when not. It tells nothing else. */
export async function getHealth({ index, journal }: Services): Promise<HttpResponseInit> {
  try {
    await index.read(NO_JOB);
    return { jsonBody: { status: 'healthy' } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    journal.write({ event: 'unhealthy', reason });
    return { status: 503, jsonBody: { status: 'unhealthy' } };
  }
}
