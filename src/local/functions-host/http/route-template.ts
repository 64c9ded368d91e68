/**
 * Route templates: `{a}`, `{a?}`, `{a=default}`, `{a:int}`, `{*rest}` and mixtures with text within a
 * segment (`file-{name}.{extension}`). Literals compare without regard to case. A brace of a regex
 * constraint is written twice. Precedence is that of ASP.NET Core's `RoutePrecedence`.
 */
import { parseConstraint } from './route-constraint.ts';

interface Parameter {
  name: string;
  catchAll: boolean;
  optional: boolean;
  fallback: string | undefined;
  checks: ((value: string) => boolean)[];
}

interface Segment {
  expression: RegExp;
  parameters: Parameter[];
  /** How specific the segment is: less is more. */
  precedence: number;
}

export type RouteParameters = Record<string, string>;

export class RouteTemplate {
  readonly text: string;
  readonly #segments: Segment[];

  /** @throws when the template cannot be read. */
  constructor(text: string) {
    this.text = text.replace(/^\/|\/$/g, '');
    this.#segments = splitSegments(this.text).map(parseSegment);
    const catchAll = this.#segments.findIndex(({ parameters }) => parameters[0]?.catchAll);
    if (catchAll >= 0 && catchAll < this.#segments.length - 1) {
      throw new Error(`in the route "${text}" only the last segment may take the rest of the path`);
    }
  }

  /**
   * @param path the path below the prefix, its segments still percent-encoded.
   * @returns the values of the parameters, decoded, or nothing when the path does not match.
   */
  match(path: string): RouteParameters | undefined {
    const parts = path.split('/').filter((part) => part !== '');
    const values: RouteParameters = {};
    for (const [index, segment] of this.#segments.entries()) {
      const rest = segment.parameters[0]?.catchAll === true;
      const encoded = rest ? parts.slice(index).join('/') : parts[index];
      const decoded = encoded === undefined ? undefined : decode(encoded);
      if (!matchSegment(segment, decoded ?? '', values)) return undefined;
      if (rest) return values;
    }
    return parts.length > this.#segments.length ? undefined : values;
  }

  /** Negative when this template is more specific than the other, as a comparison for sorting. */
  compare(other: RouteTemplate): number {
    for (const [index, segment] of this.#segments.entries()) {
      const against = other.#segments[index];
      if (!against) return 1;
      if (segment.precedence !== against.precedence) return segment.precedence - against.precedence;
    }
    return this.#segments.length - other.#segments.length;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function matchSegment(segment: Segment, value: string, values: RouteParameters): boolean {
  const match = segment.expression.exec(value);
  if (!match) return false;
  for (const [index, parameter] of segment.parameters.entries()) {
    const text = match[index + 1] || parameter.fallback;
    if (text === undefined) {
      if (parameter.optional || parameter.catchAll) continue;
      return false;
    }
    if (!parameter.checks.every((check) => check(text))) return false;
    values[parameter.name] = text;
  }
  return true;
}

/** Splits at the slashes outside of braces: a constraint may contain one. */
function splitSegments(text: string): string[] {
  const segments: string[] = [];
  let segment = '';
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (character === '/' && depth === 0) {
      segments.push(segment);
      segment = '';
    } else segment += character;
  }
  if (depth !== 0) throw new Error(`the braces of the route "${text}" do not match`);
  return [...segments, segment].filter(Boolean);
}

/** Text, or a parameter in braces in which a doubled brace stands for itself. */
const PART = /\{((?:\{\{|\}\}|[^{}])+)\}|([^{}]+)/g;

function parseSegment(text: string): Segment {
  const parameters: Parameter[] = [];
  let source = '';
  for (const [, parameter, literal] of text.matchAll(PART)) {
    if (parameter === undefined) source += escapeRegExp(literal ?? '');
    else {
      const parsed = parseParameter(parameter.replaceAll('{{', '{').replaceAll('}}', '}'));
      parameters.push(parsed);
      source += parsed.optional || parsed.catchAll || parsed.fallback ? '(.*)' : '(.+)';
    }
  }
  const mixed = parameters.length > 1 || !/^\(\.[*+]\)$/.test(source);
  return {
    expression: new RegExp(`^${source}$`, 'is'),
    parameters,
    precedence: precedence(parameters, mixed),
  };
}

function precedence(parameters: Parameter[], mixed: boolean): number {
  const [parameter] = parameters;
  if (!parameter) return 1;
  if (mixed) return 2;
  const whole = parameter.catchAll ? 5 : 3;
  return parameter.checks.length > 0 ? whole - 1 : whole;
}

function parseParameter(text: string): Parameter {
  const match = /^(\*{0,2})(\w[\w-]*)((?::(?:[^:=?(]|\([^)]*\)+)+)*)(\?|=.*)?$/.exec(text);
  if (!match) throw new Error(`the route parameter "{${text}}" cannot be read`);
  const [, stars, name = '', constraints = '', tail] = match;
  return {
    name,
    catchAll: stars !== '',
    optional: tail === '?',
    fallback: tail?.startsWith('=') ? tail.slice(1) : undefined,
    checks: splitConstraints(constraints).map(parseConstraint),
  };
}

/** Splits at the colons outside of parentheses. */
function splitConstraints(text: string): string[] {
  return text.split(/:(?![^(]*\))/).filter(Boolean);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
