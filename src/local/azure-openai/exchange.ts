import type { Answer, Call } from './call.ts';
import { faultyDelivery, type Delivery } from './delivery.ts';
import { ApiError, errors } from './errors.ts';
import { isProcessed } from './fault-schema.ts';
import type { PlannedFault } from './faults.ts';
import { redactedHeaders } from './request-log.ts';
import { matchRoute, type CallSubject, type Route, type RouteMatch } from './routes.ts';
import type { Services } from './services.ts';

/** An API: where it lies, its routes, and who may call them. */
export interface Api {
  services: Services;
  /** What comes before the path of a route. */
  path: RegExp;
  routes: readonly Route[];
  /** @throws ApiError when the call is to be refused at the door. */
  admit: (call: Call) => void;
}

/**
 * Decides one call of the API. Taking the fault, doing the work, counting it and logging the request
 * are one transaction, so whatever kills the process, an answer was kept before it is sent.
 */
export function exchange(api: Api, call: Call): Delivery {
  const { services } = api;
  return services.store.transaction(() => {
    const match = matchOf(api, call.method, call.url);
    const subject = match?.route.subject?.(call, match.id) ?? {};
    const refusal = refusalOf(() => api.admit(call)) ?? overLimit(services, call, match, subject);
    const fault = refusal ? undefined : faultFor(services, call, match, subject);
    const delivery = refusal ? { answer: refusal } : decide(call, match, fault);
    log(services, call, match, subject, fault, delivery);
    return delivery;
  });
}

export function matchOf({ routes, path }: Api, method: string, url: URL): RouteMatch | undefined {
  return matchRoute(routes, method, url.pathname.replace(path, ''));
}

/** A call that is refused at the door meets no fault, so a stray one does not use faults up. */
function refusalOf(check: () => void, route?: Route): Answer | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return errorAnswer(error, route);
  }
}

/** The calls that came in count by deployment, whatever becomes of them. */
function overLimit(
  { rateLimits }: Services,
  { at }: Call,
  match: RouteMatch | undefined,
  { deploymentName: deployment }: CallSubject,
): Answer | undefined {
  if (match === undefined || deployment === undefined) return undefined;
  const { name: operation, creates = false } = match.route;
  return refusalOf(() => rateLimits.admit({ deployment, operation, creates, at }), match.route);
}

function faultFor(
  { faults }: Services,
  call: Call,
  match: RouteMatch | undefined,
  subject: CallSubject,
): PlannedFault | undefined {
  return faults.take(match?.route.name, call.body.toString('utf8'), subject);
}

function decide(
  call: Call,
  match: RouteMatch | undefined,
  planned: PlannedFault | undefined,
): Delivery {
  if (planned === undefined) return { answer: handle(call, match, {}) };
  const { fault } = planned;
  const answer = isProcessed(fault)
    ? handle(fault.ignoreRange ? withoutRange(call) : call, match, fault)
    : undefined;
  return faultyDelivery(fault, answer, match?.route.errorBody);
}

function withoutRange(call: Call): Call {
  const { range: _range, ...headers } = call.headers;
  return { ...call, headers };
}

function handle(call: Call, match: RouteMatch | undefined, wishes: unknown): Answer {
  try {
    if (match === undefined) throw errors.resourceNotFound();
    return match.route.handle(call, { id: match.id, wishes });
  } catch (error) {
    return errorAnswer(error, match?.route);
  }
}

/** @throws whatever is no refusal of the API's: a defect, which must not look like one. */
export function errorAnswer(error: unknown, route?: Route): Answer {
  if (!(error instanceof ApiError)) throw error;
  const { status, headers, body } = error;
  return { status, headers, json: route?.errorBody?.(body.error) ?? body };
}

function log(
  services: Services,
  call: Call,
  match: RouteMatch | undefined,
  subject: CallSubject,
  fault: PlannedFault | undefined,
  { answer }: Delivery,
): void {
  services.requests.add({
    time: new Date(call.at).toISOString(),
    method: call.method,
    path: call.url.pathname + call.url.search,
    route: match?.route.name ?? null,
    status: answer?.status ?? null,
    requestHash: subject.requestHash ?? null,
    deployment: subject.deploymentName ?? null,
    faultId: fault?.id ?? null,
    headers: redactedHeaders(call.headers),
  });
}
