import { z } from 'zod';
import type { VideoApi } from '../kinds/kind.ts';
import { ACCOUNT_ID } from './account-id.ts';
import { defaultTokenScope, upstreamBase } from './endpoint.ts';
import type { Environment } from './setting.ts';

/** The name under which DEPLOYMENTS describes every deployment that it does not name. */
export const ANY_DEPLOYMENT = '*';

const limit = z.int().positive().nullable().optional();

/** What the deployment takes at most; absent: what is documented of its model; null: no limit. */
const limits = z.strictObject({
  concurrent: limit,
  requestsPerMinute: limit,
  createsPerMinute: limit,
  tokensPerMinute: limit,
  enqueuedTokens: limit,
});

/** The path of a row of a batch, as upstream wants it in `url`. */
const BATCH_ENDPOINT = /^\/[A-Za-z0-9._/-]+$/;

const entry = z.strictObject({
  endpoint: z
    .string()
    .refine((text) => upstreamBase(text) !== undefined, 'is not an endpoint')
    .optional(),
  account: z.string().regex(ACCOUNT_ID, 'is not the resource id of an account').optional(),
  apiVersion: z.literal('preview').optional(),
  tokenScope: z.url().optional(),
  apiKeySetting: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  // The templates write null for what is left out.
  videoApi: z.enum(['jobs', 'videos']).nullish(),
  batchEndpoints: z.array(z.string().regex(BATCH_ENDPOINT, 'is not a path')).optional(),
  exclusive: z.boolean().optional(),
  limits: limits.optional(),
});

/** The value of the setting DEPLOYMENTS, parsed from JSON. */
export const deploymentEntries = z.record(z.string().min(1), entry);

type Entries = z.infer<typeof deploymentEntries>;
type Entry = z.infer<typeof entry>;

/** Where an API is and how to be let in. */
export interface UpstreamAccess {
  /** Ends in `/openai/v1/`. */
  baseUrl: string;
  apiVersion?: string | undefined;
  /** Absent: a token of the app's identity, for `tokenScope`. */
  apiKey?: string | undefined;
  tokenScope: string;
}

/** One deployment as the settings describe it. */
export interface DeploymentSettings {
  name: string;
  access: UpstreamAccess;
  /** The resource id of its account. */
  account?: string | undefined;
  model?: string | undefined;
  /** Which of the video APIs it speaks; absent: the model's name decides. */
  videoApi?: VideoApi | undefined;
  /** Paths of batch rows that it takes beside the usual ones. */
  batchEndpoints: readonly string[];
  /** True: nobody but Longhaul submits work to it. */
  exclusive: boolean;
  limits: z.infer<typeof limits>;
}

/** What counts where DEPLOYMENTS says nothing. */
export interface UpstreamDefaults {
  endpoint?: string | undefined;
  account?: string | undefined;
  apiVersion?: string | undefined;
  apiKey?: string | undefined;
  tokenScope?: string | undefined;
}

export interface AllDeployments {
  /** Those that the settings name. */
  listed(): DeploymentSettings[];
  /** The resource ids of the accounts that the settings name, each once. */
  accounts(): string[];
  /** @returns undefined when the settings list deployments and this is none of them. */
  named(name: string): DeploymentSettings | undefined;
}

/** The deployments that DEPLOYMENTS names, or any name when it is absent. */
export function allDeployments(
  entries: Entries | undefined,
  defaults: UpstreamDefaults,
  environment: Environment,
): AllDeployments {
  const listed = new Map(Object.entries(entries ?? { [ANY_DEPLOYMENT]: {} }));
  const describeAs = (name: string, entry: Entry) => describe(name, entry, defaults, environment);
  return {
    listed: () =>
      [...listed]
        .filter(([name]) => name !== ANY_DEPLOYMENT)
        .flatMap(([name, entry]) => describeAs(name, entry) ?? []),
    accounts: () => [
      ...new Set([...listed].flatMap(([, entry]) => accountOf(entry, defaults) ?? [])),
    ],
    named(name) {
      const found = listed.get(name) ?? listed.get(ANY_DEPLOYMENT);
      return found && describeAs(name, found);
    },
  };
}

function describe(
  name: string,
  entry: Entry,
  defaults: UpstreamDefaults,
  environment: Environment,
): DeploymentSettings | undefined {
  const baseUrl = upstreamBase(entry.endpoint ?? defaults.endpoint ?? '');
  if (baseUrl === undefined) return undefined;
  const { model, videoApi, batchEndpoints = [], exclusive = false, limits = {} } = entry;
  return {
    name,
    access: accessTo(baseUrl, entry, defaults, environment),
    account: accountOf(entry, defaults),
    model,
    videoApi: videoApi ?? undefined,
    batchEndpoints,
    exclusive,
    limits,
  };
}

/** The account that goes with one endpoint says nothing of another. */
function accountOf({ endpoint, account }: Entry, defaults: UpstreamDefaults): string | undefined {
  return account ?? (endpoint === undefined ? defaults.account : undefined);
}

function accessTo(
  baseUrl: string,
  entry: Entry,
  defaults: UpstreamDefaults,
  environment: Environment,
): UpstreamAccess {
  // A key or scope for one endpoint means nothing to another, and must not be sent to it.
  const inherited = entry.endpoint === undefined ? defaults : {};
  return {
    baseUrl,
    apiVersion: entry.apiVersion ?? defaults.apiVersion,
    apiKey: entry.apiKeySetting === undefined ? inherited.apiKey : environment[entry.apiKeySetting],
    tokenScope: entry.tokenScope ?? inherited.tokenScope ?? defaultTokenScope(baseUrl),
  };
}

/** What is wrong with DEPLOYMENTS in the light of the other settings. */
export function deploymentProblems(
  entries: Entries | undefined,
  endpoint: string | undefined,
  environment: Environment,
): string[] {
  return [
    ...homeless(entries, endpoint),
    ...Object.entries(entries ?? {}).flatMap(([name, { apiKeySetting: setting }]) =>
      setting === undefined || environment[setting]
        ? []
        : [
            `DEPLOYMENTS: "${name}" takes its key from the setting "${setting}", which is absent; add it, or remove apiKeySetting to use the app's identity`,
          ],
    ),
  ];
}

function homeless(entries: Entries | undefined, endpoint: string | undefined): string[] {
  if (endpoint !== undefined) return [];
  if (entries === undefined) {
    return ['AZURE_OPENAI_ENDPOINT is absent; set it, or list DEPLOYMENTS with an endpoint each'];
  }
  return Object.entries(entries)
    .filter(([, entry]) => entry.endpoint === undefined)
    .map(
      ([name]) =>
        `DEPLOYMENTS: "${name}" has no endpoint and AZURE_OPENAI_ENDPOINT is absent; set either`,
    );
}
