import { z } from 'zod';
import { ACCOUNT_ID } from './account-id.ts';
import { deploymentEntries } from './deployment-settings.ts';
import { ALLOWED_ENDPOINT, isSafeOrigin, upstreamBase } from './endpoint.ts';
import { name, text, wholeNumber, type Setting } from './setting.ts';

const HOST = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;
const SERVICE_URI = /^https?:\/\/[^\s?#]+$/;

const serviceUri = (service: string): Setting<string | undefined> =>
  text(
    {
      meaning: `Address of the data account's ${service} service, when it is not the public cloud's. Used with the app's identity.`,
      allowed: `an address such as https://account.${service}.core.windows.net`,
    },
    SERVICE_URI,
  );

// https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
const container = (standard: string, meaning: string): Setting<string> =>
  name(
    {
      meaning,
      allowed: '3 to 63 lower-case letters, digits and single hyphens',
      default: standard,
    },
    /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
  );

const serviceBusEntity = (standard: string, meaning: string): Setting<string> =>
  name(
    {
      meaning,
      allowed: '1 to 260 letters, digits, periods, hyphens, underscores and slashes',
      default: standard,
    },
    /^(?=.{1,260}$)[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/,
  );

/** A value in JSON; text that is no JSON becomes an issue of the schema like any other. */
const json = z.string().transform((value, context): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

/** Every setting of the app, in the order in which people should read of them. */
export const SETTINGS = {
  DataStorage: text(
    {
      meaning:
        'Connection string of the storage account that holds jobs and outputs. In Azure use DataStorage__accountName instead.',
      allowed: 'a connection string of Azure Storage, or UseDevelopmentStorage=true',
      secret: true,
    },
    /^(UseDevelopmentStorage=true|.*(AccountName|BlobEndpoint)=.+)/i,
  ),
  DataStorage__accountName: text(
    {
      meaning:
        "Name of the storage account that holds jobs and outputs, reached with the app's identity.",
      allowed: '3 to 24 lower-case letters and digits',
    },
    /^[a-z0-9]{3,24}$/,
  ),
  DataStorage__blobServiceUri: serviceUri('blob'),
  DataStorage__queueServiceUri: serviceUri('queue'),
  DataStorage__tableServiceUri: serviceUri('table'),
  ServiceBus: text(
    {
      meaning:
        'Connection string of the Service Bus namespace. In Azure use ServiceBus__fullyQualifiedNamespace instead.',
      allowed: 'a connection string that begins with Endpoint=sb://',
      secret: true,
    },
    /^Endpoint=sb:\/\/.+/i,
  ),
  ServiceBus__fullyQualifiedNamespace: text(
    {
      meaning: "Host name of the Service Bus namespace, reached with the app's identity.",
      allowed: 'a host name such as my-namespace.servicebus.windows.net',
    },
    HOST,
  ),
  AZURE_CLIENT_ID: text(
    {
      meaning: "Client id of the app's user-assigned identity. Absent: the system-assigned one.",
      allowed: 'the client id of a managed identity, a GUID',
    },
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  ),
  AZURE_OPENAI_ENDPOINT: {
    meaning: 'Azure OpenAI resource of all deployments that have no endpoint of their own.',
    allowed: ALLOWED_ENDPOINT,
    schema: z
      .string()
      .refine((value) => upstreamBase(value) !== undefined)
      .optional(),
  },
  AZURE_OPENAI_ACCOUNT: text(
    {
      meaning:
        'Resource id of that resource, for reading its deployments and the retirement dates of their models. Absent: nobody watches them.',
      allowed:
        '/subscriptions/…/resourceGroups/…/providers/Microsoft.CognitiveServices/accounts/my-resource',
    },
    ACCOUNT_ID,
  ),
  AZURE_OPENAI_API_KEY: text(
    {
      meaning: "Key of that resource. Absent, and better: the app's identity.",
      allowed: 'a key without spaces',
      secret: true,
    },
    /^\S+$/,
  ),
  AZURE_OPENAI_API_VERSION: text(
    {
      meaning: 'API version sent with every call. Absent: the v1 API as it is generally available.',
      allowed: 'preview, or absent',
    },
    /^preview$/,
  ),
  AZURE_OPENAI_TOKEN_SCOPE: text(
    {
      meaning:
        "Scope of the identity's token. Absent: https://ai.azure.com/.default for services.ai.azure.com, else https://cognitiveservices.azure.com/.default.",
      allowed: 'an https scope ending in /.default',
    },
    /^https:\/\/\S+\/\.default$/,
  ),
  DEPLOYMENTS: {
    meaning:
      'Deployments that jobs may name, as JSON: {"name": {"endpoint", "account", "apiVersion", "tokenScope", "apiKeySetting", "model", "videoApi", "batchEndpoints", "exclusive", "limits": {"concurrent", "requestsPerMinute", "createsPerMinute", "tokensPerMinute", "enqueuedTokens"}}}; every field may be left out, a limit of null is none, and "*" stands for all others. Absent: any deployment at AZURE_OPENAI_ENDPOINT.',
    allowed: 'a JSON object such as {"o3-pro": {"limits": {"concurrent": 20}}, "*": {}}',
    schema: json.pipe(deploymentEntries).optional(),
  },
  QUOTA_TIER: {
    meaning:
      'Tier of the subscription, whose documented quotas count where DEPLOYMENTS gives no limits.',
    allowed: 'default or enterprise',
    default: 'default',
    schema: z.enum(['default', 'enterprise']).default('default'),
  },
  RETIREMENT_WARNING_DAYS: wholeNumber(
    "Days before the retirement of a deployment's model from which on it is announced.",
    90,
    1,
    730,
  ),
  RETIRED_MODELS: {
    meaning:
      "What becomes of a job whose deadline lies after its model's retirement: it is refused, or let in with a warning.",
    allowed: 'refuse or warn',
    default: 'refuse',
    schema: z.enum(['refuse', 'warn']).default('refuse'),
  },
  RESOURCE_MANAGER_ENDPOINT: {
    meaning: 'Azure Resource Manager, when it is not that of the public cloud.',
    allowed:
      'an https address such as https://management.usgovcloudapi.net; http only for localhost',
    default: 'https://management.azure.com',
    schema: z.string().refine(isSafeOrigin).default('https://management.azure.com'),
  },
  JOB_RETENTION_DAYS: wholeNumber(
    'Days after which an ended job is forgotten. Its outputs stay: they are yours.',
    30,
    1,
    3650,
  ),
  HISTORY_RETENTION_DAYS: wholeNumber(
    'Days after which the histories of ended orchestrations are purged.',
    7,
    1,
    3650,
  ),
  UPSTREAM_CREATE_TIMEOUT_SECONDS: wholeNumber(
    'Seconds after which a create counts as unanswered.',
    60,
    1,
    240,
  ),
  UPSTREAM_TIMEOUT_SECONDS: wholeNumber(
    'Seconds after which any other call to Azure OpenAI is given up.',
    60,
    1,
    240,
  ),
  JOBS_QUEUE: serviceBusEntity('jobs', 'Service Bus queue that takes envelopes.'),
  BLOB_DROPS_QUEUE: serviceBusEntity(
    'blob-drops',
    'Service Bus queue to which Event Grid sends BlobCreated events.',
  ),
  JOB_EVENTS_TOPIC: serviceBusEntity('job-events', 'Service Bus topic of the events of jobs.'),
  STORAGE_JOBS_QUEUE: container('jobs', 'Storage queue that takes envelopes.'),
  INBOX_CONTAINER: container('inbox', 'Container of inputs and drops.'),
  OUTPUTS_CONTAINER: container('outputs', 'Container of the outputs of jobs.'),
  REJECTED_CONTAINER: container(
    'rejected',
    'Container of redacted copies of what was not accepted.',
  ),
  STATE_CONTAINER: container('state', 'Container of requests and job documents.'),
  JOBS_TABLE: name(
    {
      meaning: 'Table of the job index.',
      allowed: '3 to 63 letters and digits, a letter first',
      default: 'jobs',
    },
    /^[A-Za-z][A-Za-z0-9]{2,62}$/,
  ),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;
export type SettingValues = { [K in SettingName]: z.infer<(typeof SETTINGS)[K]['schema']> };
