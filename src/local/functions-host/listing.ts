import type { FunctionMetadata } from './contracts.ts';
import { httpFunctions } from './http/router.ts';

/** A function as the start shows it. */
export interface ListedFunction {
  name: string;
  /** Type of its trigger, for example `httpTrigger`. */
  trigger: string;
  methods?: string[];
  url?: string;
}

/** @param prefix the URL under which HTTP functions are reached, without a slash at its end. */
export function listFunctions(
  functions: readonly FunctionMetadata[],
  prefix: string,
): ListedFunction[] {
  const http = new Map(httpFunctions(functions).map((each) => [each.metadata.name, each]));
  return functions.map(({ name, bindings }) => {
    const { type: trigger } = Object.values(bindings).find(({ type }) =>
      /trigger$/i.test(type),
    ) ?? {
      type: 'none',
    };
    const served = http.get(name);
    if (!served) return { name, trigger };
    return { name, trigger, methods: served.methods, url: `${prefix}/${served.template.text}` };
  });
}

/** The list in the manner of `func start`: what has a URL first, the others with their triggers. */
export function listingText(functions: readonly ListedFunction[]): string {
  const served = functions.filter(({ url }) => url !== undefined);
  const others = functions.filter(({ url }) => url === undefined);
  const lines = [
    ...served.map(({ name, methods, url }) => `\t${name}: [${methods?.join(',')}] ${url}`),
    ...others.map(({ name, trigger }) => `\t${name}: ${trigger}`),
  ];
  return ['Functions:', ...lines].join('\n\n');
}
