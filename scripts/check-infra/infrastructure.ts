import { globSync, readFileSync } from 'node:fs';
import { deploy, type Deployment, type Sources } from './bicep/deployment.ts';
import { BicepError } from './bicep/error.ts';
import { parseBicep } from './bicep/parse.ts';
import type { BicepFile } from './bicep/syntax.ts';
import type { ObjectValue } from './bicep/values.ts';

/** Files by their path from the repository's root. */
export type Files = ReadonlyMap<string, string>;

export const MAIN = 'infra/main.bicep';
export const PARAMETER_FILE = 'infra/main.parameters.json';

/** Everything that a deployment is made of, as files and as what would be made of them. */
export interface Infrastructure {
  files: Files;
  bicep: BicepFile[];
  parameterFile: Record<string, { value: unknown }>;
  /** As `azd up` makes it when nothing but its own questions is answered. */
  standard: Deployment;
  /** With every optional part. */
  complete: Deployment;
  /** With an Azure OpenAI account that exists already. */
  existingAccount: Deployment;
  /** ISO 8601. */
  today: string;
}

/** What azd asks for or knows. */
const ANSWERS: Readonly<Record<string, string>> = {
  AZURE_ENV_NAME: 'dev',
  AZURE_LOCATION: 'eastus2',
  AZURE_PRINCIPAL_ID: '00000000-0000-0000-0000-000000000001',
};

const EVERYTHING = {
  alertEmail: 'someone@example.com',
  smsReceivers: [{ name: 'duty', countryCode: '1', phoneNumber: '5550100' }],
  alwaysReadyInstances: 0,
  webhookReceivers: [{ name: 'chat', serviceUri: 'https://example.com/hook' }],
};

const EXISTING = {
  existingOpenAiAccountName: 'their-account',
  existingOpenAiResourceGroup: 'rg-theirs',
};

export function readFiles(): Files {
  const paths = globSync([
    'infra/**/*.{bicep,json,kql,ts}',
    'azure.yaml',
    'host.json',
    '.funcignore',
  ]);
  return new Map(paths.sort().map((path) => [path, readFileSync(path, 'utf8')]));
}

/** @throws BicepError, or SyntaxError for what is no JSON. */
export function readInfrastructure(files: Files, today: string): Infrastructure {
  const sources = sourcesOf(files);
  const parameterFile = parametersOf(files);
  const given = answered(parameterFile);
  const variant = (more: ObjectValue) => deploy(sources, MAIN, { ...given, ...more });
  return {
    files,
    bicep: [...files.keys()].filter((path) => path.endsWith('.bicep')).map(sources.bicep),
    parameterFile,
    standard: variant({}),
    complete: variant(EVERYTHING),
    existingAccount: variant(EXISTING),
    today,
  };
}

function sourcesOf(files: Files): Sources {
  const parsed = new Map<string, BicepFile>();
  const text = (path: string) => {
    const found = files.get(path);
    if (found === undefined) throw new BicepError(path, 0, 'the file does not exist');
    return found;
  };
  const bicep = (path: string) => {
    const file = parsed.get(path) ?? parseBicep(text(path), path);
    parsed.set(path, file);
    return file;
  };
  return { text, bicep };
}

function parametersOf(files: Files): Record<string, { value: unknown }> {
  const file = JSON.parse(files.get(PARAMETER_FILE) ?? '{}') as {
    parameters?: Record<string, { value: unknown }>;
  };
  return file.parameters ?? {};
}

/** As azd fills in the parameter file: `${NAME=default}`. */
function answered(parameters: Record<string, { value: unknown }>): ObjectValue {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { value }]) => [
      name,
      typeof value === 'string' ? filledIn(value) : (value as ObjectValue),
    ]),
  );
}

function filledIn(text: string): string {
  return text.replaceAll(
    /\$\{(\w+)(?:=([^}]*))?\}/g,
    (_, name: string, standard?: string) => ANSWERS[name] ?? standard ?? '',
  );
}
