import type { z } from 'zod';
import { jsonBody, type Answer, type Call } from '../call.ts';
import { errors } from '../errors.ts';
import type { Route } from '../routes.ts';
import type { Services } from '../services.ts';
import { settingsChange } from '../settings.ts';
import { BatchesTable } from './batches-table.ts';
import { seedBatches, seedSchema } from './seed.ts';

/** What the control interface can change about files and batches. */
export function batchControlRoutes(services: Services): Route[] {
  const table = new BatchesTable(services.store);
  return [
    { name: 'GET /settings', handle: () => ({ status: 200, json: services.settings.read() }) },
    {
      name: 'POST /settings',
      handle: (call) => done(services.settings.change(parsed(settingsChange, call))),
    },
    {
      name: 'POST /batches',
      handle: (call) => done(seedBatches(services, table, parsed(seedSchema, call), call.at)),
    },
  ];
}

function done(_work: void): Answer {
  return { status: 204 };
}

/** @throws ApiError 400 that names every wrong field. */
function parsed<T>(schema: z.ZodType<T>, call: Call): T {
  const result = schema.safeParse(jsonBody(call));
  if (result.success) return result.data;
  throw errors.invalidIssues(result.error);
}
