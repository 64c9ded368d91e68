import type { Check } from '../check.ts';

/** Whatever gives out a key, or a connection string that holds one. */
const KEY_GIVERS =
  /\blist(Keys|AccountSas|ServiceSas|Secrets|Credentials)?\s*\(|[Cc]onnectionString\b(?!>)|AccountKey|SharedAccess|\bcode=/;

/** Application Insights calls its address a connection string; with local authentication off it is no secret. */
const HARMLESS = /APPLICATIONINSIGHTS_CONNECTION_STRING: component\.properties\.ConnectionString/;

export const SECRET_CHECKS: Check[] = [
  {
    title: 'no template asks for a key',
    problems: ({ files }) =>
      [...files]
        .filter(([path]) => path.endsWith('.bicep') || path.endsWith('.json'))
        .flatMap(([path, text]) =>
          text
            .split('\n')
            .filter((line) => KEY_GIVERS.test(line) && !HARMLESS.test(line))
            .map((line) => `${path}: ${line.trim()}`),
        ),
  },
  {
    title: 'every service that knows local authentication has it switched off',
    problems: ({ standard }) =>
      standard.resources
        .filter(({ type, existing }) => !existing && type in LOCAL_AUTHENTICATION)
        .filter(({ type, body }) => {
          const properties = body['properties'] as Record<string, unknown>;
          return properties[LOCAL_AUTHENTICATION[type] ?? ''] !== true;
        })
        .map(({ where }) => `${where} lets keys in`),
  },
  {
    title: 'logs are kept as long as is free, and come in with a token only',
    problems: ({ standard }) =>
      standard.resources
        .filter(
          ({ type, existing }) => !existing && type.startsWith('Microsoft.OperationalInsights/'),
        )
        .filter(({ body }) => JSON.stringify(body['properties']) !== JSON.stringify(WORKSPACE))
        .map(({ where }) => `${where} is other than ${JSON.stringify(WORKSPACE)}`),
  },
];

const LOCAL_AUTHENTICATION: Readonly<Record<string, string>> = {
  'Microsoft.ServiceBus/namespaces': 'disableLocalAuth',
  'Microsoft.CognitiveServices/accounts': 'disableLocalAuth',
  'Microsoft.Insights/components': 'DisableLocalAuth',
};

const WORKSPACE = {
  sku: { name: 'PerGB2018' },
  retentionInDays: 30,
  features: { disableLocalAuth: true },
};
