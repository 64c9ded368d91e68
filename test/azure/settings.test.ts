import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../src/azure/setting-table.ts';
import type { Setting } from '../../src/azure/setting.ts';
import { parseSettings, SettingsError } from '../../src/azure/settings.ts';

const IN_AZURE = {
  DataStorage__accountName: 'jobdata',
  ServiceBus__fullyQualifiedNamespace: 'bus.servicebus.windows.net',
  AZURE_OPENAI_ENDPOINT: 'https://res.openai.azure.com',
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

function accessTo(environment: Record<string, string>, deployment = 'o3-pro') {
  return parseSettings({ ...IN_AZURE, ...environment }).deployments.named(deployment)?.access;
}

describe('settings', () => {
  test('need three lines in Azure, and no secret', () => {
    expect(parseSettings(IN_AZURE)).toMatchObject({
      storage: {
        blobUrl: 'https://jobdata.blob.core.windows.net',
        queueUrl: 'https://jobdata.queue.core.windows.net',
        tableUrl: 'https://jobdata.table.core.windows.net',
      },
      serviceBus: { namespace: 'bus.servicebus.windows.net' },
      retention: { jobDays: 30, historyDays: 7 },
      timeouts: { create: 60_000, other: 60_000 },
      names: { jobsQueue: 'jobs', inboxContainer: 'inbox', jobsTable: 'jobs' },
    });
  });

  test('may be connection strings instead', () => {
    const settings = parseSettings({
      DataStorage: 'UseDevelopmentStorage=true',
      ServiceBus: 'Endpoint=sb://localhost;SharedAccessKeyName=n;SharedAccessKey=k',
      AZURE_OPENAI_ENDPOINT: 'http://localhost:8080',
    });
    expect(settings.storage).toEqual({ connectionString: 'UseDevelopmentStorage=true' });
    expect(settings.serviceBus).toHaveProperty('connectionString');
  });

  test('name each service of storage in other clouds', () => {
    const { DataStorage__accountName: _, ...others } = IN_AZURE;
    const uris = {
      DataStorage__blobServiceUri: 'https://a.blob.core.usgovcloudapi.net',
      DataStorage__queueServiceUri: 'https://a.queue.core.usgovcloudapi.net',
    };
    expect(problemsOf({ ...others, ...uris })).toEqual([
      expect.stringContaining('DataStorage__tableServiceUri absent'),
    ]);
    const DataStorage__tableServiceUri = 'https://a.table.core.usgovcloudapi.net';
    const settings = parseSettings({ ...others, ...uris, DataStorage__tableServiceUri });
    expect(settings.storage).toHaveProperty('tableUrl', DataStorage__tableServiceUri);
  });

  test('tell all problems at once: what was found and what is allowed', () => {
    const problems = problemsOf({
      AZURE_OPENAI_ENDPOINT: 'http://res.openai.azure.com',
      JOB_RETENTION_DAYS: 'soon',
      UPSTREAM_TIMEOUT_SECONDS: '0',
      JOBS_TABLE: 'my-jobs',
      DEPLOYMENTS: '{"a":{"limits":{"concurrent":-1}}}',
    });
    expect(problems).toEqual([
      expect.stringMatching(/^AZURE_OPENAI_ENDPOINT: found "http:.*; allowed: .*http only for/),
      expect.stringMatching(/^DEPLOYMENTS: found .*\(a\.limits\.concurrent: .*; allowed: a JSON/),
      'JOB_RETENTION_DAYS: found "soon"; allowed: a whole number from 1 to 3650',
      'UPSTREAM_TIMEOUT_SECONDS: found "0"; allowed: a whole number from 1 to 240',
      'JOBS_TABLE: found "my-jobs"; allowed: 3 to 63 letters and digits, a letter first',
      expect.stringMatching(/^DataStorage: absent.*set DataStorage__accountName/),
      expect.stringMatching(/^ServiceBus: absent.*set ServiceBus__fullyQualifiedNamespace/),
    ]);
  });

  test('never show a secret', () => {
    const secrets = {
      DataStorage: 'sesame one',
      ServiceBus: 'sesame two',
      AZURE_OPENAI_API_KEY: 'sesame 3',
    };
    const problems = problemsOf({ ...IN_AZURE, ...secrets });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain('sesame');
  });

  test('say whose quotas count', () => {
    expect(parseSettings(IN_AZURE).quotaTier).toBe('default');
    expect(parseSettings({ ...IN_AZURE, QUOTA_TIER: 'enterprise' }).quotaTier).toBe('enterprise');
    expect(problemsOf({ ...IN_AZURE, QUOTA_TIER: 'gold' })).toEqual([
      'QUOTA_TIER: found "gold"; allowed: default or enterprise',
    ]);
  });

  test('that are empty count as absent', () => {
    expect(parseSettings({ ...IN_AZURE, JOB_RETENTION_DAYS: '' }).retention.jobDays).toBe(30);
  });
});

describe('the endpoint', () => {
  test.each([
    ['https://res.openai.azure.com', 'https://res.openai.azure.com/openai/v1/'],
    ['https://res.openai.azure.com/', 'https://res.openai.azure.com/openai/v1/'],
    ['https://res.openai.azure.com/openai/v1', 'https://res.openai.azure.com/openai/v1/'],
    ['https://r.services.ai.azure.com/openai/v1/', 'https://r.services.ai.azure.com/openai/v1/'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/openai/v1/'],
    ['https://gateway/path/openai/v1', 'https://gateway/path/openai/v1/'],
  ])('%s has the base %s', (AZURE_OPENAI_ENDPOINT, baseUrl) => {
    expect(accessTo({ AZURE_OPENAI_ENDPOINT })?.baseUrl).toBe(baseUrl);
  });

  test.each([
    'res.openai.azure.com',
    'http://res.openai.azure.com',
    'http://localhost.evil.example/',
    'https://user:pass@res.openai.azure.com',
    'https://res.openai.azure.com/openai/deployments/x',
    'https://res.openai.azure.com/?api-version=preview',
  ])('%s is refused', (AZURE_OPENAI_ENDPOINT) => {
    expect(problemsOf({ ...IN_AZURE, AZURE_OPENAI_ENDPOINT })).toHaveLength(1);
  });

  test('decides the scope of the token unless the settings do', () => {
    expect(accessTo({})?.tokenScope).toBe('https://cognitiveservices.azure.com/.default');
    const AZURE_OPENAI_ENDPOINT = 'https://r.services.ai.azure.com';
    expect(accessTo({ AZURE_OPENAI_ENDPOINT })?.tokenScope).toBe('https://ai.azure.com/.default');
    const AZURE_OPENAI_TOKEN_SCOPE = 'https://other/.default';
    expect(accessTo({ AZURE_OPENAI_TOKEN_SCOPE })?.tokenScope).toBe(AZURE_OPENAI_TOKEN_SCOPE);
  });
});

describe('DEPLOYMENTS', () => {
  const listed = (deployments: object) => ({
    ...IN_AZURE,
    DEPLOYMENTS: JSON.stringify(deployments),
  });

  test('absent allows every name', () => {
    expect(accessTo({}, 'anything')?.baseUrl).toBe('https://res.openai.azure.com/openai/v1/');
    expect(accessTo({}, 'constructor')).toBeDefined();
  });

  test('allows the names it lists, and all others only with "*"', () => {
    const only = parseSettings(listed({ a: { model: 'o3-pro', exclusive: true } })).deployments;
    expect(only.named('a')).toMatchObject({
      name: 'a',
      model: 'o3-pro',
      exclusive: true,
      limits: {},
    });
    expect(only.named('b')).toBeUndefined();
    expect(only.named('constructor')).toBeUndefined();
    const others = parseSettings(listed({ a: {}, '*': { limits: { concurrent: 3 } } })).deployments;
    expect(others.named('b')).toMatchObject({ name: 'b', limits: { concurrent: 3 } });
    expect(others.listed().map(({ name }) => name)).toEqual(['a']);
  });

  test('says what a deployment speaks and takes; null stands for no limit', () => {
    const film = {
      videoApi: 'jobs',
      batchEndpoints: ['/v1/embeddings'],
      limits: { concurrent: null },
    };
    const { deployments } = parseSettings(listed({ film, plain: { videoApi: null } }));
    expect(deployments.named('film')).toMatchObject(film);
    expect(deployments.named('plain')).toMatchObject({ batchEndpoints: [], limits: {} });
    expect(deployments.named('plain')?.videoApi).toBeUndefined();
  });

  test('keeps the key of one endpoint from another', () => {
    const { deployments } = parseSettings({
      ...listed({
        near: {},
        far: { endpoint: 'https://far.openai.azure.com' },
        own: { endpoint: 'https://own.openai.azure.com', apiKeySetting: 'OWN_KEY' },
      }),
      AZURE_OPENAI_API_KEY: 'near-key',
      AZURE_OPENAI_API_VERSION: 'preview',
      OWN_KEY: 'own-key',
    });
    expect(deployments.named('near')?.access).toMatchObject({
      apiKey: 'near-key',
      apiVersion: 'preview',
    });
    expect(deployments.named('far')?.access.apiKey).toBeUndefined();
    expect(deployments.named('own')?.access.apiKey).toBe('own-key');
  });

  test('must find the keys and endpoints that it needs', () => {
    const { AZURE_OPENAI_ENDPOINT: _, ...environment } = listed({ a: { apiKeySetting: 'A_KEY' } });
    expect(problemsOf(environment)).toEqual([
      expect.stringContaining('"a" has no endpoint'),
      expect.stringContaining('"a" takes its key from the setting "A_KEY", which is absent'),
    ]);
    const own = { a: { endpoint: 'https://own.openai.azure.com' } };
    expect(problemsOf({ ...environment, DEPLOYMENTS: JSON.stringify(own) })).toEqual([]);
  });

  test.each([
    'nonsense',
    '[]',
    '{"a":{"limit":1}}',
    '{"a":{"endpoint":"http://x"}}',
    '{"a":{"videoApi":"sora"}}',
    '{"a":{"batchEndpoints":["embeddings"]}}',
    '{"a":{"limits":{"concurrent":0}}}',
  ])('refuses %s', (DEPLOYMENTS) => {
    expect(problemsOf({ ...IN_AZURE, DEPLOYMENTS })).toEqual([
      expect.stringMatching(/^DEPLOYMENTS: found/),
    ]);
  });
});

describe('local.settings.sample.json', () => {
  const OF_THE_RUNTIME = ['FUNCTIONS_WORKER_RUNTIME', 'AzureWebJobsStorage'];
  const sample = JSON.parse(readFileSync('local.settings.sample.json', 'utf8')) as {
    Values: Record<string, string>;
  };
  const table: [string, Setting<unknown>][] = Object.entries(SETTINGS);

  test('is valid as it stands', () => {
    expect(problemsOf(sample.Values)).toEqual([]);
  });

  test('holds settings of the table and of the runtime only', () => {
    const known = [...Object.keys(SETTINGS), ...OF_THE_RUNTIME];
    expect(Object.keys(sample.Values).filter((name) => !known.includes(name))).toEqual([]);
  });

  test.each(table.filter(([, setting]) => setting.default !== undefined))(
    'shows the default of %s',
    (name, setting) => {
      expect(sample.Values[name]).toBe(setting.default);
    },
  );
});

describe('accounts', () => {
  const account = (name: string) =>
    `/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/${name}`;

  test('go with their endpoints', () => {
    const { deployments } = parseSettings({
      ...IN_AZURE,
      AZURE_OPENAI_ACCOUNT: account('near'),
      DEPLOYMENTS: JSON.stringify({
        near: {},
        far: { endpoint: 'https://far.openai.azure.com', account: account('far') },
        unwatched: { endpoint: 'https://other.openai.azure.com' },
      }),
    });
    expect(deployments.named('near')?.account).toBe(account('near'));
    expect(deployments.named('far')?.account).toBe(account('far'));
    expect(deployments.named('unwatched')?.account).toBeUndefined();
    expect(deployments.accounts()).toEqual([account('near'), account('far')]);
    expect(parseSettings(IN_AZURE).deployments.accounts()).toEqual([]);
  });

  test.each([
    ['AZURE_OPENAI_ACCOUNT', '/subscriptions/s/accounts/near'],
    ['RETIRED_MODELS', 'ignore'],
    ['RETIREMENT_WARNING_DAYS', '0'],
    ['RESOURCE_MANAGER_ENDPOINT', 'http://management.azure.com'],
    ['RESOURCE_MANAGER_ENDPOINT', 'https://management.azure.com/path'],
    ['DEPLOYMENTS', '{"a":{"account":"near"}}'],
  ])('are not watched by %s %s', (name, value) => {
    expect(problemsOf({ ...IN_AZURE, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: found`)),
    ]);
  });

  test('are read where the cloud has its Resource Manager', () => {
    const RESOURCE_MANAGER_ENDPOINT = 'https://management.usgovcloudapi.net/';
    expect(parseSettings({ ...IN_AZURE, RESOURCE_MANAGER_ENDPOINT })).toMatchObject({
      resourceManagerEndpoint: 'https://management.usgovcloudapi.net',
      retirement: { warningDays: 90, late: 'refuse' },
    });
  });
});
