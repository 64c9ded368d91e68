import { z } from 'zod';
import type { Answer, Call } from './call.ts';
import type { ErrorBody } from './errors.ts';
import type { FormLimits } from './form.ts';

/** What a route works on besides the call itself. */
export interface RouteContext<Wishes = unknown> {
  /** The identifier in the path, or an empty string when the route has none. */
  id: string;
  /** What the fault plan wants of this call, and of the job that it creates. */
  wishes: Wishes;
}

/** What the fault plan, the limits and the request log want to know about a call. */
export interface CallSubject {
  deploymentName?: string;
  requestHash?: string;
}

export interface Route {
  /** As `METHOD /path`, where `{id}` stands for an identifier; also its name in the fault plan. */
  name: string;
  /** Whether an accepted call costs money upstream. */
  creates?: boolean;
  /** What a fault may ask of this route and of no other. */
  wishes?: z.ZodRawShape;
  /** What the call is about, as far as it can be told before it is handled. */
  subject?: (call: Call, id: string) => CallSubject;
  /** On routes that take a `multipart/form-data` body in as it comes; others have it in memory. */
  form?: () => FormLimits;
  /** Slow work that is to be done before the call is decided; deciding it must not wait. */
  prepare?: (call: Call, id: string) => Promise<void>;
  /** The shape of its error bodies, where it is not `{ "error": … }`. */
  errorBody?: (error: ErrorBody) => unknown;
  /** @throws ApiError when the call is refused. */
  handle: (call: Call, context: RouteContext) => Answer;
}

export interface RouteMatch {
  route: Route;
  id: string;
}

interface WishingRoute<Shape extends z.ZodRawShape> extends Omit<Route, 'wishes' | 'handle'> {
  wishes: Shape;
  handle: (call: Call, context: RouteContext<z.infer<z.ZodObject<Shape>>>) => Answer;
}

/** A route that faults may ask more of than any other; its handler is given those wishes typed. */
export function wishingRoute<Shape extends z.ZodRawShape>(route: WishingRoute<Shape>): Route {
  const schema = z.object(route.wishes);
  return {
    ...route,
    handle: (call, { id, wishes }) => route.handle(call, { id, wishes: schema.parse(wishes) }),
  };
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
