type Section = Record<string, unknown>;

const PREFIX = 'AzureFunctionsJobHost__';

/**
 * What settings say over `host.json`: `AzureFunctionsJobHost__logging__logLevel__default` stands for
 * `logging.logLevel.default`. Names compare without regard to case.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values
 * @returns the content with these values in their places.
 */
export function withOverrides(
  content: unknown,
  settings: Readonly<Record<string, string | undefined>>,
): unknown {
  if (!isSection(content)) return content;
  const changed = structuredClone(content);
  for (const [name, text] of Object.entries(settings)) {
    if (!name.startsWith(PREFIX) || text === undefined) continue;
    put(changed, name.slice(PREFIX.length).split('__'), value(text));
  }
  return changed;
}

function put(section: Section, [name = '', ...rest]: string[], chosen: unknown): void {
  const key = Object.keys(section).find((known) => known.toLowerCase() === name.toLowerCase());
  if (rest.length === 0) {
    section[key ?? name] = chosen;
    return;
  }
  const inner = section[key ?? name];
  const next = isSection(inner) ? inner : {};
  section[key ?? name] = next;
  put(next, rest, chosen);
}

/** Settings are text; numbers and truth values in host.json are not. */
function value(text: string): unknown {
  return /^(true|false|-?\d+)$/i.test(text) ? (JSON.parse(text.toLowerCase()) as unknown) : text;
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
