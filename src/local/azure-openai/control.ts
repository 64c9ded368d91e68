import { z } from 'zod';
import { jsonBody, type Answer, type Call } from './call.ts';
import { errors } from './errors.ts';
import { durationSettings } from './durations.ts';
import { faultParser, type Fault } from './fault-schema.ts';
import { limitSettings } from './limits.ts';
import { batchControlRoutes } from './batches/control.ts';
import { modelControlRoutes } from './resource-manager/control.ts';
import { matchRoute, type Route } from './routes.ts';
import { reset, type Services } from './services.ts';
import { videoControlRoutes } from './videos/routes.ts';

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
    ...faultRoutes(services, faultParser(apiRoutes)),
    ...limitRoutes(services),
    ...durationRoutes(services),
    ...recordRoutes(services),
    ...modelControlRoutes(services),
    ...videoControlRoutes(services),
    ...batchControlRoutes(services),
    {
      name: 'GET /status',
      handle: (call) => ok({ ...statusOf(services, call), openRequests: openRequests() }),
    },
    { name: 'POST /reset', handle: () => done(() => reset(services)) },
  ];
}

function faultRoutes({ faults }: Services, parse: (json: unknown) => Fault): Route[] {
  return [
    { name: 'GET /faults', handle: () => ok({ value: faults.list() }) },
    {
      name: 'POST /faults',
      handle: (call) => ({ status: 201, json: faults.add(parse(jsonBody(call))) }),
    },
    { name: 'DELETE /faults', handle: () => done(() => faults.clear()) },
  ];
}

function limitRoutes({ limits }: Services): Route[] {
  return [
    {
      name: 'GET /limits',
      handle: () => ok({ value: limits.list(), refusals: limits.refusals() }),
    },
    {
      name: 'POST /limits',
      handle: (call) => done(() => limits.set(parseSettings(call, limitSettings))),
    },
    { name: 'DELETE /limits', handle: () => done(() => limits.clear()) },
  ];
}

function durationRoutes({ durations }: Services): Route[] {
  return [
    { name: 'GET /durations', handle: () => ok(durations.list()) },
    {
      name: 'POST /durations',
      handle: (call) => done(() => durations.set(parseSettings(call, durationSettings))),
    },
  ];
}

function recordRoutes({ creates, requests }: Services): Route[] {
  return [
    { name: 'GET /creates', handle: () => ok(creates.counts()) },
    { name: 'GET /requests/counts', handle: () => ok(requests.counts()) },
    { name: 'GET /requests', handle: (call) => ok({ value: requests.newest(topOf(call)) }) },
  ];
}

function statusOf({ creates, faults, durations, limits }: Services, { at }: Call) {
  return {
    now: new Date(at).toISOString(),
    creates: creates.counts().total,
    faults: faults.list().length,
    durationSeconds: durations.list(),
    limitRefusals: limits.refusals(),
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

/** @throws ApiError 400 that names every wrong field. */
function parseSettings<T>(call: Call, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonBody(call));
  if (parsed.success) return parsed.data;
  throw errors.invalidIssues(parsed.error);
}
