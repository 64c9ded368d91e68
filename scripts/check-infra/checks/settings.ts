import { SETTINGS } from '../../../src/azure/setting-table.ts';
import type { Setting } from '../../../src/azure/setting.ts';
import { parseSettings, SettingsError } from '../../../src/azure/settings.ts';
import { at, made, sameNames, type Check } from '../check.ts';
import type { Infrastructure } from '../infrastructure.ts';

/** Settings of the app that a deployment leaves out, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  DataStorage: 'a connection string has a key',
  DataStorage__accountName: 'the addresses of the services say more',
  ServiceBus: 'a connection string has a key',
  AZURE_OPENAI_API_KEY: 'a key',
  AZURE_OPENAI_API_VERSION: 'absent is the version that is generally available',
  AZURE_OPENAI_TOKEN_SCOPE: 'follows from the endpoint',
  RESOURCE_MANAGER_ENDPOINT: 'the default is that of the public cloud',
  UPSTREAM_CREATE_TIMEOUT_SECONDS: 'the default fits; additionalSettings changes it',
  UPSTREAM_TIMEOUT_SECONDS: 'the default fits; additionalSettings changes it',
};

/**
 * What the Functions host reads for itself.
 * https://learn.microsoft.com/azure/azure-functions/functions-reference#configure-an-identity-based-connection
 */
const HOST_SETTINGS: Readonly<Record<string, RegExp>> = {
  AzureWebJobsStorage__accountName: /^sthost/,
  AzureWebJobsStorage__credential: /^managedidentity$/,
  AzureWebJobsStorage__clientId: /\.properties\.clientId>$/,
  DataStorage__credential: /^managedidentity$/,
  DataStorage__clientId: /\.properties\.clientId>$/,
  ServiceBus__credential: /^managedidentity$/,
  ServiceBus__clientId: /\.properties\.clientId>$/,
  APPLICATIONINSIGHTS_CONNECTION_STRING: /\.properties\.ConnectionString>$/,
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING:
    /^ClientId=<.*\.properties\.clientId>;Authorization=AAD$/,
};

/** What only Azure knows, as the app will see it. */
const IN_AZURE: readonly (readonly [RegExp, string])[] = [
  [/^<.*\.clientId>$/, '00000000-0000-0000-0000-000000000002'],
  [
    /^<Microsoft.Storage.*\.primaryEndpoints\.(blob|queue|table)>$/,
    'https://account.$1.core.windows.net/',
  ],
  [/^<split.*serviceBusEndpoint.*>$/, 'namespace.servicebus.windows.net'],
  [/^<Microsoft.CognitiveServices.*\.endpoint>$/, 'https://account.openai.azure.com/'],
];

export function appSettings({
  standard,
}: Pick<Infrastructure, 'standard'>): Record<string, string> {
  const [settings] = made(standard, 'Microsoft.Web/sites/config');
  return (settings ? at(settings, 'properties') : {}) as Record<string, string>;
}

export const SETTING_CHECKS: Check[] = [
  {
    title: 'the settings in Bicep are the settings that the code reads, and those of the host',
    problems: (infrastructure) =>
      sameNames(
        Object.keys(appSettings(infrastructure)),
        [
          ...Object.keys(SETTINGS).filter((name) => !(name in LEFT_OUT)),
          ...Object.keys(HOST_SETTINGS),
        ],
        'app settings',
      ),
  },
  {
    title: 'the app accepts its settings as they are deployed',
    problems: (infrastructure) => {
      const settings = Object.entries(appSettings(infrastructure));
      return settingsProblems(
        Object.fromEntries(settings.map(([name, value]) => [name, inAzure(value)])),
      );
    },
  },
  {
    title: 'the host gets its settings from what they belong to',
    problems: (infrastructure) => {
      const settings = appSettings(infrastructure);
      return Object.entries(HOST_SETTINGS)
        .filter(([name, pattern]) => !pattern.test(settings[name] ?? ''))
        .map(([name]) => `app settings: ${name} is ${settings[name] ?? 'absent'}`);
    },
  },
  {
    title: 'settings that only Azure can fill in come from the right service',
    problems: (infrastructure) => {
      const settings = appSettings(infrastructure);
      return ['blob', 'queue', 'table']
        .filter(
          (service) => !settings[`DataStorage__${service}ServiceUri`]?.endsWith(`.${service}>`),
        )
        .map((service) => `app settings: DataStorage__${service}ServiceUri is another service`);
    },
  },
  {
    title: 'a setting with a default that is deployed has that default',
    problems: (infrastructure) => {
      const settings = appSettings(infrastructure);
      return Object.entries<Setting<unknown>>(SETTINGS)
        .filter(([name, { default: standard }]) => {
          const deployed = settings[name];
          return standard !== undefined && deployed !== undefined && deployed !== standard;
        })
        .map(
          ([name]) =>
            `app settings: ${name} is ${settings[name] ?? ''}; the code's default differs`,
        );
    },
  },
];

function inAzure(value: string): string {
  const [pattern, text] = IN_AZURE.find(([candidate]) => candidate.test(value)) ?? [];
  return pattern && text ? value.replace(pattern, text) : value;
}

function settingsProblems(environment: Record<string, string>): string[] {
  try {
    parseSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return [...error.problems];
    throw error;
  }
}
