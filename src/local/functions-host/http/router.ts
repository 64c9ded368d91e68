import { optionalText } from '../configuration/binding-option.ts';
import type { Binding, FunctionMetadata } from '../contracts.ts';
import { RouteTemplate, type RouteParameters } from './route-template.ts';

/** A function with an HTTP trigger. */
export interface HttpFunction {
  metadata: FunctionMetadata;
  /** Name of the trigger binding. */
  trigger: string;
  methods: string[];
  authLevel: string;
  template: RouteTemplate;
}

/** @throws naming the function when its route cannot be read. */
export function httpFunctions(functions: readonly FunctionMetadata[]): HttpFunction[] {
  return functions
    .flatMap((metadata) =>
      Object.entries(metadata.bindings)
        .filter(([, { type }]) => type === 'httpTrigger')
        .map(([trigger, binding]) => httpFunction(metadata, trigger, binding)),
    )
    .sort((one, other) => one.template.compare(other.template));
}

function httpFunction(metadata: FunctionMetadata, trigger: string, binding: Binding): HttpFunction {
  const methods = (binding['methods'] as string[] | undefined) ?? ['GET', 'POST'];
  return {
    metadata,
    trigger,
    methods: methods.map((method) => method.toUpperCase()),
    authLevel: (optionalText(binding, 'authLevel') ?? 'anonymous').toLowerCase(),
    template: template(metadata.name, optionalText(binding, 'route') ?? metadata.name),
  };
}

function template(functionName: string, route: string): RouteTemplate {
  try {
    return new RouteTemplate(route);
  } catch (cause) {
    throw new Error(`Function "${functionName}": ${(cause as Error).message}.`, { cause });
  }
}

export interface Route {
  called: HttpFunction;
  parameters: RouteParameters;
}

/**
 * The most specific function for a request. As in Azure, a path that only other methods serve is not
 * found.
 * @param functions in the order of {@link httpFunctions}.
 */
export function findRoute(
  functions: readonly HttpFunction[],
  method: string,
  path: string,
): Route | undefined {
  for (const called of functions) {
    if (!called.methods.includes(method)) continue;
    const parameters = called.template.match(path);
    if (parameters) return { called, parameters };
  }
  return undefined;
}
