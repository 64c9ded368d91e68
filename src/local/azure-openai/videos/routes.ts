import type { Route } from '../routes.ts';
import type { Services } from '../services.ts';
import { concurrencyAt } from './concurrency.ts';
import { jobRoutes } from './job-routes.ts';
import { videoRoutes } from './video-routes.ts';
import { VideosTable } from './videos-table.ts';

/** The routes of both video APIs. */
export function allVideoRoutes(services: Services): Route[] {
  const table = new VideosTable(services.store);
  return [...jobRoutes(services, table), ...videoRoutes(services, table)];
}

/** What the control interface tells of videos. */
export function videoControlRoutes({ store }: Services): Route[] {
  const table = new VideosTable(store);
  return [
    {
      name: 'GET /videos/concurrency',
      handle: ({ at }) => ({ status: 200, json: { value: concurrencyAt(table.openTimes(), at) } }),
    },
  ];
}
