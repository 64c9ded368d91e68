import { readFileSync } from 'node:fs';
import { made, mustBe, sameNames, type Check } from '../check.ts';
import type { Infrastructure } from '../infrastructure.ts';

const ACCOUNT = 'Microsoft.CognitiveServices/accounts';
const DEPLOYMENT = `${ACCOUNT}/deployments`;
const DAY = 86_400_000;

/** Azure gives at least this notice of a retirement, so a default that ends sooner is a bad one. */
const NOTICE_DAYS = 60;

const RETIREMENTS = JSON.parse(
  readFileSync(new URL('../model-retirements.json', import.meta.url), 'utf8'),
) as { models: Record<string, string>; versions: Record<string, string> };

interface DeploymentParameter {
  name: string;
  model: string;
  version: string;
  sku: string;
  capacity: number;
  limits?: { tokensPerMinute?: number };
}

export const OPENAI_CHECKS: Check[] = [
  {
    title: 'the account of Azure OpenAI takes tokens of identities, and no keys',
    problems: ({ standard }) =>
      mustBe(
        made(standard, ACCOUNT),
        {
          kind: 'OpenAI',
          'sku.name': 'S0',
          location: 'eastus2',
          'properties.customSubDomainName': made(standard, ACCOUNT)[0]?.name,
          'properties.disableLocalAuth': true,
        },
        1,
      ),
  },
  {
    title: 'deployments are made one after the other',
    problems: ({ standard }) =>
      made(standard, DEPLOYMENT)
        .filter(({ batchSize }) => batchSize !== 1)
        .map(({ where, name }) => `${where} (${name}) must have @batchSize(1)`),
  },
  {
    title: 'deployments are those of the parameter, kept alive when their version ends',
    problems: (infrastructure) => {
      const wanted = deploymentsOf(infrastructure);
      const found = made(infrastructure.standard, DEPLOYMENT);
      return [
        ...sameNames(
          found.map(({ name }) => name),
          wanted.map(({ name }) => name),
          'deployments',
        ),
        ...wanted.flatMap(({ name, model, version, sku, capacity }) =>
          mustBe(
            found.filter((deployment) => deployment.name === name),
            {
              sku: { name: sku, capacity },
              'properties.model': { format: 'OpenAI', name: model, version },
              'properties.versionUpgradeOption': 'OnceCurrentVersionExpired',
              'properties.raiPolicyName': 'Microsoft.DefaultV2',
            },
          ),
        ),
      ];
    },
  },
  {
    title: 'no default model has retired, or will within the notice that Azure gives',
    problems: (infrastructure) =>
      deploymentsOf(infrastructure).flatMap(({ model, version }) => [
        ...retirementProblem(model, infrastructure.today),
        ...(RETIREMENTS.versions[model] === version
          ? []
          : [
              `${model} has no version ${version}; known: ${RETIREMENTS.versions[model] ?? 'none'}`,
            ]),
      ]),
  },
  {
    title: 'the app admits no more tokens than a deployment takes',
    problems: (infrastructure) =>
      deploymentsOf(infrastructure)
        .filter(
          ({ sku, capacity, limits }) =>
            sku.endsWith('Standard') && limits?.tokensPerMinute !== capacity * 1000,
        )
        .map(({ name }) => `deployment ${name}: limits.tokensPerMinute must be capacity x 1000`),
  },
  {
    title: 'an existing account is used as it is',
    problems: ({ existingAccount }) => {
      const changed = [...made(existingAccount, ACCOUNT), ...made(existingAccount, DEPLOYMENT)];
      const used = existingAccount.outputs['AZURE_OPENAI_ACCOUNT_NAME'];
      return [
        ...changed.map(({ where }) => `${where} would change an existing account`),
        ...(used === 'their-account' ? [] : [`the account in use is ${JSON.stringify(used)}`]),
      ];
    },
  },
  {
    title: 'an existing account is looked for in its own resource group',
    problems: ({ existingAccount }) =>
      existingAccount.resources
        .filter(({ type, id }) => type === ACCOUNT && !id.includes('/resourceGroups/rg-theirs/'))
        .map(({ id }) => `the account is looked for at ${id}`),
  },
];

function deploymentsOf({ parameterFile }: Infrastructure): DeploymentParameter[] {
  return (parameterFile['deployments']?.value ?? []) as DeploymentParameter[];
}

function retirementProblem(model: string, today: string): string[] {
  const date = RETIREMENTS.models[model];
  if (date === undefined) return [`${model}: its retirement is not in model-retirements.json`];
  const days = Math.floor((Date.parse(date) - Date.parse(today)) / DAY);
  return days > NOTICE_DAYS ? [] : [`${model} retires on ${date}, ${days} days from now`];
}
