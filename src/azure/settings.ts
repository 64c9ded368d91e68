import type { z } from 'zod';
import type { QuotaTier } from '../kinds/models.ts';
import type { RetirementRules } from '../workflow/notices/ports.ts';
import { allDeployments, deploymentProblems, type AllDeployments } from './deployment-settings.ts';
import { SETTINGS, type SettingName, type SettingValues } from './setting-table.ts';
import type { Environment, Setting } from './setting.ts';

/** With a connection string, or with the app's identity. */
export type StorageConnection =
  | { connectionString: string }
  | { blobUrl: string; queueUrl: string; tableUrl: string };

/** With a connection string, or with the app's identity. */
export type ServiceBusConnection = { connectionString: string } | { namespace: string };

export interface Names {
  jobsQueue: string;
  blobDropsQueue: string;
  jobEventsTopic: string;
  storageJobsQueue: string;
  inboxContainer: string;
  outputsContainer: string;
  rejectedContainer: string;
  stateContainer: string;
  jobsTable: string;
}

export interface Settings {
  storage: StorageConnection;
  serviceBus: ServiceBusConnection;
  /** The client id of the user-assigned identity. */
  clientId?: string | undefined;
  deployments: AllDeployments;
  /** Whose documented quotas count where the settings give no limits. */
  quotaTier: QuotaTier;
  retention: { jobDays: number; historyDays: number };
  retirement: RetirementRules;
  /** Azure Resource Manager, without a slash at its end. */
  resourceManagerEndpoint: string;
  /** Milliseconds until a call to Azure OpenAI is given up. */
  timeouts: { create: number; other: number };
  names: Names;
}

/** Tells all that is wrong with the settings at once. It shows no secrets. */
export class SettingsError extends Error {
  override name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The settings of this app are not valid. Change them in local.settings.json, or in the app settings of the function app:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/**
 * @param environment the settings of the process; empty ones count as absent.
 * @throws {@link SettingsError} that lists every problem.
 */
export function parseSettings(environment: Environment): Settings {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
  const { values, problems } = readValues(present);
  const storage = storageConnection(values);
  const serviceBus = serviceBusConnection(values);
  problems.push(...combinedProblems(values, present));
  if (problems.length > 0 || storage === undefined || serviceBus === undefined) {
    throw new SettingsError(problems);
  }
  return { storage, serviceBus, ...rest(values as SettingValues, present) };
}

function readValues(present: Environment): {
  values: Partial<SettingValues>;
  problems: string[];
} {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const result = setting.schema.safeParse(present[name]);
    if (result.success) values[name] = result.data;
    else problems.push(problemOf(name, setting, present[name], result.error));
  }
  return { values, problems };
}

function problemOf(
  name: string,
  setting: Setting<unknown>,
  found: string | undefined,
  error: z.ZodError,
): string {
  const shown = setting.secret ? 'a value that is not shown' : JSON.stringify(found);
  const where = error.issues
    .filter(({ path }) => path.length > 0)
    .map(({ path, message }) => ` (${path.join('.')}: ${message})`)
    .join('');
  return `${name}: found ${shown}${where}; allowed: ${setting.allowed}`;
}

function combinedProblems(values: Partial<SettingValues>, present: Environment): string[] {
  return [
    ...missingConnection(present, 'DataStorage', [
      'DataStorage__accountName',
      'DataStorage__blobServiceUri',
      'DataStorage__queueServiceUri',
      'DataStorage__tableServiceUri',
    ]),
    ...missingConnection(present, 'ServiceBus', ['ServiceBus__fullyQualifiedNamespace']),
    ...('DEPLOYMENTS' in values
      ? deploymentProblems(values.DEPLOYMENTS, present['AZURE_OPENAI_ENDPOINT'], present)
      : []),
  ];
}

/** The first of `identity` is enough by itself; else all the others are needed. */
function missingConnection(
  present: Environment,
  connectionString: SettingName,
  identity: readonly [SettingName, ...SettingName[]],
): string[] {
  const [enough, ...others] = identity;
  if (present[connectionString] || present[enough]) return [];
  const missing = others.filter((name) => !present[name]);
  if (others.length > 0 && missing.length === 0) return [];
  const partly = missing.length < others.length ? ` (${missing.join(', ')} absent)` : '';
  return [
    `${connectionString}: absent, and so is ${enough}${partly}; set ${enough} to use the app's identity, or ${connectionString} to a connection string`,
  ];
}

function storageConnection(values: Partial<SettingValues>): StorageConnection | undefined {
  if (values.DataStorage !== undefined) return { connectionString: values.DataStorage };
  const account = values.DataStorage__accountName;
  const at = (service: string) => account && `https://${account}.${service}.core.windows.net`;
  const blobUrl = values.DataStorage__blobServiceUri ?? at('blob');
  const queueUrl = values.DataStorage__queueServiceUri ?? at('queue');
  const tableUrl = values.DataStorage__tableServiceUri ?? at('table');
  return blobUrl && queueUrl && tableUrl ? { blobUrl, queueUrl, tableUrl } : undefined;
}

function serviceBusConnection(values: Partial<SettingValues>): ServiceBusConnection | undefined {
  if (values.ServiceBus !== undefined) return { connectionString: values.ServiceBus };
  const namespace = values.ServiceBus__fullyQualifiedNamespace;
  return namespace === undefined ? undefined : { namespace };
}

function rest(
  values: SettingValues,
  present: Environment,
): Omit<Settings, 'storage' | 'serviceBus'> {
  const defaults = {
    endpoint: values.AZURE_OPENAI_ENDPOINT,
    account: values.AZURE_OPENAI_ACCOUNT,
    apiVersion: values.AZURE_OPENAI_API_VERSION,
    apiKey: values.AZURE_OPENAI_API_KEY,
    tokenScope: values.AZURE_OPENAI_TOKEN_SCOPE,
  };
  return {
    clientId: values.AZURE_CLIENT_ID,
    deployments: allDeployments(values.DEPLOYMENTS, defaults, present),
    quotaTier: values.QUOTA_TIER,
    retention: {
      jobDays: values.JOB_RETENTION_DAYS,
      historyDays: values.HISTORY_RETENTION_DAYS,
    },
    retirement: {
      warningDays: values.RETIREMENT_WARNING_DAYS,
      late: values.RETIRED_MODELS,
    },
    resourceManagerEndpoint: new URL(values.RESOURCE_MANAGER_ENDPOINT).origin,
    timeouts: {
      create: values.UPSTREAM_CREATE_TIMEOUT_SECONDS * 1000,
      other: values.UPSTREAM_TIMEOUT_SECONDS * 1000,
    },
    names: namesOf(values),
  };
}

function namesOf(values: SettingValues): Names {
  return {
    jobsQueue: values.JOBS_QUEUE,
    blobDropsQueue: values.BLOB_DROPS_QUEUE,
    jobEventsTopic: values.JOB_EVENTS_TOPIC,
    storageJobsQueue: values.STORAGE_JOBS_QUEUE,
    inboxContainer: values.INBOX_CONTAINER,
    outputsContainer: values.OUTPUTS_CONTAINER,
    rejectedContainer: values.REJECTED_CONTAINER,
    stateContainer: values.STATE_CONTAINER,
    jobsTable: values.JOBS_TABLE,
  };
}
