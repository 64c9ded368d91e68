import type { Check } from '../check.ts';
import type { Files } from '../infrastructure.ts';

interface HostJson {
  logging: {
    logLevel: { default: string };
    applicationInsights: { samplingSettings: { excludedTypes: string } };
  };
  extensionBundle: { id: string; version: string };
  extensions: {
    http: { routePrefix: string };
    durableTask: { hubName: string };
    serviceBus: { maxAutoLockRenewalDuration: string };
  };
}

export const HOST_CHECKS: Check[] = [
  {
    title: 'the extension bundle knows Durable Functions with identities',
    problems: ({ files }) => {
      const { id, version } = hostOf(files).extensionBundle;
      const [, major = '', minor = ''] = /^\[(\d+)\.(\d+)\.\d+, 5\.0\.0\)$/.exec(version) ?? [];
      // 4.22 brought version 3 of the Durable extension, the first to take an identity for storage.
      return id === 'Microsoft.Azure.Functions.ExtensionBundle' &&
        major === '4' &&
        Number(minor) >= 22
        ? []
        : [`host.json: the bundle is ${id} ${version}`];
    },
  },
  {
    title: 'the task hub has a name that Azure Storage accepts',
    problems: ({ files }) => {
      const { hubName } = hostOf(files).extensions.durableTask;
      // https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-task-hubs
      return /^[A-Za-z][A-Za-z0-9]{2,44}$/.test(hubName)
        ? []
        : [`host.json: the task hub is ${hubName}`];
    },
  },
  {
    title: 'the lines that alerts look for are neither sampled nor filtered out',
    problems: ({ files }) => {
      const { logLevel, applicationInsights } = hostOf(files).logging;
      const excluded = applicationInsights.samplingSettings.excludedTypes.split(';');
      return [
        ...(excluded.includes('Trace') ? [] : ['host.json: traces are sampled']),
        ...(logLevel.default === 'Information'
          ? []
          : [`host.json: logLevel is ${logLevel.default}`]),
      ];
    },
  },
  {
    title: 'routes begin with what the address of the receiver begins with',
    problems: ({ files }) =>
      hostOf(files).extensions.http.routePrefix === 'api'
        ? []
        : ['host.json: routePrefix is not api'],
  },
];

function hostOf(files: Files): HostJson {
  return JSON.parse(files.get('host.json') ?? '{}') as HostJson;
}
