import type { Answer, Call } from './call.ts';
import { faultyDelivery, type Delivery } from './delivery.ts';
import { ApiError, errors } from './errors.ts';
import { isProcessed, type PlannedFault } from './faults.ts';
import { redactedHeaders } from './request-log.ts';
import type { Wishes } from './responses/plan.ts';
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
    const match = matchRoute(api.routes, call.method, call.url.pathname.replace(api.path, ''));
    const subject = match?.route.subject?.(call, match.id) ?? {};
    const refusal = refusalOf(api, call);
    const fault = refusal ? undefined : faultFor(services, call, match, subject);
    const delivery = refusal ? { answer: refusal } : decide(call, match, fault);
    log(services, call, match, subject, fault, delivery);
    return delivery;
  });
}

/** A call that is refused at the door meets no fault, so a stray one does not use faults up. */
function refusalOf({ admit }: Api, call: Call): Answer | undefined {
  try {
    admit(call);
    return undefined;
  } catch (error) {
    return errorAnswer(error);
  }
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
  return faultyDelivery(fault, isProcessed(fault) ? handle(call, match, fault) : undefined);
}

function handle(call: Call, match: RouteMatch | undefined, wishes: Wishes): Answer {
  try {
    if (match === undefined) throw errors.resourceNotFound();
    return match.route.handle(call, { id: match.id, wishes });
  } catch (error) {
    return errorAnswer(error);
  }
}

/** @throws whatever is no refusal of the API's: a defect, which must not look like one. */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof ApiError) return { status: error.status, json: error.body };
  throw error;
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
