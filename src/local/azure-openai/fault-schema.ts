import { z } from 'zod';
import { errors } from './errors.ts';
import type { Route } from './routes.ts';

const match = z.strictObject({
  /** Text that the request body must contain; of a form, its fields as JSON. */
  bodyContains: z.string().optional(),
  deploymentName: z.string().optional(),
  /** SHA-256 hex of the canonical request body; on `{id}` routes of the one that created the job. */
  requestHash: z.string().optional(),
});

const common = z.strictObject({
  route: z.string().default('*'),
  match: match.default({}),
  /** How many requests it meets; null: all, until it is cleared. */
  times: z.int().positive().nullable().default(1),
  status: z.int().min(200).max(599).optional(),
  body: z.json().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  delayMs: z.int().nonnegative().default(0),
  cutBeforeProcessing: z.boolean().default(false),
  cutAfterBytes: z.int().nonnegative().optional(),
  answerLost: z.boolean().default(false),
  /** The request is handled as if it had asked for no range. */
  ignoreRange: z.boolean().default(false),
  /** What Content-Length says beyond the truth. */
  contentLengthOffset: z.int().default(0),
  /** No Content-Length at all: the answer is chunked. */
  noContentLength: z.boolean().default(false),
  /** Bytes that follow the true body. */
  extraBytes: z.int().nonnegative().default(0),
});

/** What to do to the next matching requests; beyond the common fields what their route allows. */
export type Fault = z.infer<typeof common> & { [wish: string]: unknown };

const ANY_ROUTE = '*';

/**
 * @param routes that a fault can name.
 * @returns a reader of faults, which throws an ApiError 400 that names every wrong field.
 */
export function faultParser(routes: readonly Route[]): (json: unknown) => Fault {
  return (json) => {
    const parsed = schemaFor(routeNamed(json), routes).safeParse(json);
    if (parsed.success) return parsed.data as Fault;
    throw errors.invalidIssues(parsed.error);
  };
}

function routeNamed(json: unknown): string {
  const route: unknown = Object(json).route;
  return typeof route === 'string' ? route : ANY_ROUTE;
}

function schemaFor(routeName: string, routes: readonly Route[]): z.ZodType {
  const own = routes.find((route) => route.name === routeName)?.wishes;
  const allowed = [ANY_ROUTE, ...routes.map((route) => route.name)];
  const wishes: z.ZodRawShape = { ...refusedWishes(routes), ...own };
  return common.extend({ ...wishes, route: oneOf(allowed) }).superRefine((fault, context) => {
    for (const [field, message] of contradictions(fault)) {
      context.addIssue({ code: 'custom', path: [field], message });
    }
  });
}

function oneOf(allowed: string[]): z.ZodType<string> {
  return z
    .string()
    .refine((route) => allowed.includes(route), {
      error: ({ input }) =>
        `${JSON.stringify(input)} is not simulated; use one of: ${allowed.join(', ')}`,
    })
    .default(ANY_ROUTE);
}

/** Every wish that some route knows, so that one on a wrong route can be told where it belongs. */
function refusedWishes(routes: readonly Route[]): z.ZodRawShape {
  const names = new Set(routes.flatMap(({ wishes = {} }) => Object.keys(wishes)));
  return Object.fromEntries([...names].map((name) => [name, refusedWish(name, routes)]));
}

function refusedWish(name: string, routes: readonly Route[]): z.ZodType {
  const homes = routes.filter(({ wishes = {} }) => Object.hasOwn(wishes, name));
  const named = homes.map((route) => `"${route.name}"`).join(' or ');
  return z.undefined({ error: `only acts on route ${named}` }).optional();
}

/** Fields that cannot go with others, each with the reason. */
function contradictions(fault: Fault): [field: string, message: string][] {
  const found: [string, string][] = [];
  if (cutsBeforeProcessing(fault) && (fault.answerLost || fault.status !== undefined)) {
    found.push(['cutBeforeProcessing', 'leaves no answer; give no status, and no answerLost']);
  }
  if (fault.noContentLength && fault.contentLengthOffset !== 0) {
    found.push(['contentLengthOffset', 'there is no Content-Length when noContentLength is given']);
  }
  return found;
}

/** Whether the connection goes before anything was done; zero bytes of an answer amount to that. */
export function cutsBeforeProcessing(fault: Fault): boolean {
  return fault.cutBeforeProcessing || fault.cutAfterBytes === 0;
}

/** Whether the request is handled at all. A status stands in for the handling, unless lost later. */
export function isProcessed(fault: Fault): boolean {
  return !cutsBeforeProcessing(fault) && (fault.status === undefined || fault.answerLost);
}
