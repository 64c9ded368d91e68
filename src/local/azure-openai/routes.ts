import type { Answer, Call } from './call.ts';
import type { FormLimits } from './form.ts';
import type { Wishes } from './responses/plan.ts';

/** What a route works on besides the call itself. */
export interface RouteContext {
  /** The identifier in the path, or an empty string when the route has none. */
  id: string;
  /** What the fault plan wants of the job that this call creates. */
  wishes: Wishes;
}

/** What the fault plan and the request log want to know about a call. */
export interface CallSubject {
  deploymentName?: string;
  requestHash?: string;
}

export interface Route {
  /** As `METHOD /path`, where `{id}` stands for an identifier; also its name in the fault plan. */
  name: string;
  /** Whether an accepted call costs money upstream. */
  creates?: boolean;
  /** What the call is about, as far as it can be told before it is handled. */
  subject?: (call: Call, id: string) => CallSubject;
  /** On routes that take a `multipart/form-data` body in as it comes; others have it in memory. */
  form?: () => FormLimits;
  /** Slow work that is to be done before the call is decided; deciding it must not wait. */
  prepare?: (call: Call, id: string) => Promise<void>;
  /** @throws ApiError when the call is refused. */
  handle: (call: Call, context: RouteContext) => Answer;
}

export interface RouteMatch {
  route: Route;
  id: string;
}

/** Finds the route of a method and a path below the base path. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch | undefined {
  for (const route of routes) {
    const id = idIn(route.name, `${method} ${path}`);
    if (id !== undefined) return { route, id };
  }
  return undefined;
}

function idIn(name: string, target: string): string | undefined {
  const [before = '', after] = name.split('{id}');
  if (after === undefined) return target === name ? '' : undefined;
  if (!target.startsWith(before) || !target.endsWith(after)) return undefined;
  const id = target.slice(before.length, target.length - after.length);
  return id !== '' && !id.includes('/') ? id : undefined;
}
