import { z } from 'zod';
import { jsonBody, type Answer, type Call } from './call.ts';
import { errors } from './errors.ts';
import { faultSchema, type Fault } from './faults.ts';
import { modelControlRoutes } from './resource-manager/control.ts';
import { matchRoute, type Route } from './routes.ts';
import type { Services } from './services.ts';

export const CONTROL_PATH = '/simulator';

const DEFAULT_TOP = 100;
const topQuery = z.coerce.number().int().positive().default(DEFAULT_TOP);

/**
 * What lies beside the API: faults to come, and what was asked so far. It needs no key, and none of
 * its calls is logged or met by faults.
 * @param apiRoutes the routes that faults can name.
 * @param openRequests how many API requests are being answered.
 */
export function controlRoutes(
  services: Services,
  apiRoutes: readonly Route[],
  openRequests: () => number,
): Route[] {
  return [
    ...faultRoutes(services, faultSchema(apiRoutes.map((route) => route.name))),
    ...recordRoutes(services),
    ...modelControlRoutes(services),
    {
      name: 'GET /status',
      handle: (call) => ok({ ...statusOf(services, call), openRequests: openRequests() }),
    },
    { name: 'POST /reset', handle: () => done(() => services.store.clear()) },
  ];
}

function faultRoutes({ faults }: Services, schema: z.ZodType<Fault>): Route[] {
  return [
    { name: 'GET /faults', handle: () => ok({ value: faults.list() }) },
    {
      name: 'POST /faults',
      handle: (call) => ({ status: 201, json: faults.add(parseFault(call, schema)) }),
    },
    { name: 'DELETE /faults', handle: () => done(() => faults.clear()) },
  ];
}

function recordRoutes({ creates, requests }: Services): Route[] {
  return [
    { name: 'GET /creates', handle: () => ok(creates.counts()) },
    { name: 'GET /requests', handle: (call) => ok({ value: requests.newest(topOf(call)) }) },
  ];
}

function statusOf({ creates, faults, durations }: Services, { at }: Call) {
  return {
    now: new Date(at).toISOString(),
    creates: creates.counts().total,
    faults: faults.list().length,
    durationSeconds: durations,
  };
}

/** @throws ApiError 404 with the routes that there are. */
export function handleControl(routes: readonly Route[], call: Call): Answer {
  const found = matchRoute(routes, call.method, call.url.pathname.slice(CONTROL_PATH.length));
  if (found === undefined) throw errors.unknownControl(routes.map((route) => route.name));
  return found.route.handle(call, { id: found.id, wishes: {} });
}

function ok(json: unknown): Answer {
  return { status: 200, json };
}

function done(work: () => void): Answer {
  work();
  return { status: 204 };
}

function topOf(call: Call): number {
  const parsed = topQuery.safeParse(call.url.searchParams.get('top') ?? undefined);
  if (parsed.success) return parsed.data;
  throw errors.invalidValue('top', "'top' must be a whole number above zero.");
}

function parseFault(call: Call, schema: z.ZodType<Fault>): Fault {
  const parsed = schema.safeParse(jsonBody(call));
  if (parsed.success) return parsed.data;
  throw errors.invalidIssues(parsed.error);
}
