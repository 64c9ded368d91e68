import { isObject } from '../jobs/json.ts';

export const REDACTED = '[redacted]';

/**
 * Names of fields whose values are secret, however deep, written without case, `-` and `_`.
 * `headers` are those of MCP servers, `domainsecrets` those of a code interpreter's container.
 */
const SECRET_NAMES = new Set([
  'headers',
  'domainsecrets',
  'authorization',
  'proxyauthorization',
  'apikey',
  'xapikey',
  'password',
  'secret',
  'clientsecret',
  'accesstoken',
  'refreshtoken',
  'bearertoken',
  'connectionstring',
  'accountkey',
  'subscriptionkey',
  'ocpapimsubscriptionkey',
  'sastoken',
]);

/** JSON Schemas: a property may be called `headers` there without holding any. */
const SCHEMAS = new Set(['parameters', 'schema', 'inputschema', 'outputschema']);

/** Shorter text is no secret worth the name, and taking it out would make a message unreadable. */
const SHORTEST_SECRET = 4;

type Replace = (secret: string | number | boolean) => unknown;

/**
 * A copy of a request, or of an upstream object, without its secrets: header values of MCP servers,
 * `authorization`, keys and passwords, credentials in the address of an MCP server.
 */
export function withoutSecrets(value: Record<string, unknown>): Record<string, unknown> {
  return replaceInObject(value, () => REDACTED);
}

/** The secrets that {@link withoutSecrets} takes out, for finding them where upstream repeats them. */
export function secretsOf(value: Record<string, unknown>): string[] {
  const found = new Set<string>();
  replaceInObject(value, (secret) => {
    for (const form of formsOf(String(secret))) found.add(form);
    return secret;
  });
  return [...found]
    .filter((form) => form.length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length);
}

/** How a secret may come back: whole, without its scheme (`Bearer …`), in JSON, in an address. */
function formsOf(secret: string): string[] {
  const whole = [secret, secret.replace(/^\w+\s+/, '')];
  return whole.flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text.toWellFormed()),
  ]);
}

/** What looks like a credential in free text. Bounded gaps keep the time linear in the text. */
const CREDENTIALS = [
  /(?<=\b(?:bearer|basic)\s{1,4})[\w.~+/=-]{8,}/gi,
  /(?<=\b(?:api[-_ ]?key|authorization|password|secret|sig|access_token)["']?\s{0,4}[:=]\s{0,4}["']?)[^\s"',;&]{4,}/gi,
];

/** Takes the given secrets, and whatever else looks like a credential, out of a text. */
export function scrub(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  return CREDENTIALS.reduce((rest, pattern) => rest.replaceAll(pattern, REDACTED), known);
}

function replaceInObject(object: Record<string, unknown>, replace: Replace) {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, replaceField(name, value, replace)]),
  );
}

function replaceField(name: string, value: unknown, replace: Replace): unknown {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '');
  if (SCHEMAS.has(plain)) return value;
  if (SECRET_NAMES.has(plain)) return replaceAll(value, replace);
  if (plain === 'serverurl' && typeof value === 'string') return replaceInUrl(value, replace);
  return replaceWithin(value, replace);
}

function replaceWithin(value: unknown, replace: Replace): unknown {
  if (Array.isArray(value)) return value.map((entry) => replaceWithin(entry, replace));
  return isObject(value) ? replaceInObject(value, replace) : value;
}

function replaceAll(value: unknown, replace: Replace): unknown {
  if (isLeaf(value)) return replace(value);
  if (Array.isArray(value)) return value.map((entry) => replaceAll(entry, replace));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, replaceAll(entry, replace)]),
  );
}

function replaceInUrl(url: string, replace: Replace): string {
  return url
    .replace(/(?<=:\/\/)[^/?#@]+(?=@)/, (user) => user.split(':').map(replace).join(':'))
    .replaceAll(/(?<=[?&][^=&#]*=)[^&#]+/g, (value) => String(replace(value)));
}

function isLeaf(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
