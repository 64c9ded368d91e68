import { deploymentEntries } from '../../../src/azure/deployment-settings.ts';
import type { BicepFile, ParamDeclaration } from '../bicep/syntax.ts';
import { sameNames, type Check } from '../check.ts';
import { MAIN, PARAMETER_FILE, type Infrastructure } from '../infrastructure.ts';

/** What azd itself knows; every other variable needs a default, or `azd up` would stop to ask. */
const FROM_AZD = ['AZURE_ENV_NAME', 'AZURE_LOCATION', 'AZURE_PRINCIPAL_ID'];

export const PARAMETER_CHECKS: Check[] = [
  {
    title: 'every parameter without a default is in the parameter file',
    problems: (infrastructure) =>
      parametersOf(infrastructure)
        .filter(({ name, standard }) => !standard && !(name in infrastructure.parameterFile))
        .map(({ name }) => `${PARAMETER_FILE} does not give ${name}`),
  },
  {
    title: 'every value of the parameter file is a parameter',
    problems: (infrastructure) => {
      const declared = parametersOf(infrastructure).map(({ name }) => name);
      return Object.keys(infrastructure.parameterFile)
        .filter((name) => !declared.includes(name))
        .map((name) => `${PARAMETER_FILE} gives ${name}, which is no parameter`);
    },
  },
  {
    title: 'azd can fill in the parameter file without asking for more than a name and a region',
    problems: ({ parameterFile }) =>
      sameNames(
        Object.values(parameterFile).flatMap(({ value }) => {
          const [, variable] = /^\$\{(\w+)\}$/.exec(String(value)) ?? [];
          return variable ? [variable] : [];
        }),
        FROM_AZD,
        'variables without a default',
      ),
  },
  {
    title: 'the parameter file and the template agree on defaults',
    problems: (infrastructure) =>
      parametersOf(infrastructure).flatMap(({ name, standard }) => {
        const [, given] =
          /^\$\{\w+=([^}]*)\}$/.exec(String(infrastructure.parameterFile[name]?.value)) ?? [];
        const own = standard?.kind === 'literal' ? standard.value : undefined;
        return given === undefined || given === own
          ? []
          : [
              `${name} is ${JSON.stringify(given)} in ${PARAMETER_FILE}, ${JSON.stringify(own)} in ${MAIN}`,
            ];
      }),
  },
  {
    title: 'every parameter of the template says what it is for',
    problems: (infrastructure) =>
      parametersOf(infrastructure)
        .filter(({ decorators }) => !decorators.some(({ name }) => name === 'description'))
        .map(({ name }) => `the parameter ${name} has no @description`),
  },
  {
    title: 'a deployment has the limits that the app knows',
    problems: ({ bicep }) => {
      const limits = bicep
        .flatMap(({ declarations }) => declarations)
        .find(
          (declaration) => declaration.kind === 'type' && declaration.name === 'deploymentLimits',
        );
      const names =
        limits?.kind === 'type' && limits.type.kind === 'object' ? limits.type.properties : {};
      const known = deploymentEntries.safeParse({
        any: { limits: Object.fromEntries(Object.keys(names).map((name) => [name, 1])) },
      });
      return known.success ? [] : [`deploymentLimits: ${known.error.message}`];
    },
  },
  {
    title: 'everything is in the region and the environment that were asked for',
    problems: ({ standard }) =>
      standard.resources
        .filter(({ existing }) => !existing)
        .flatMap(({ where, body }) => [
          ...('location' in body && !['eastus2', 'global'].includes(String(body['location']))
            ? [`${where} is in ${String(body['location'])}`]
            : []),
          ...('location' in body &&
          (body['tags'] as Record<string, string> | undefined)?.['azd-env-name'] !== 'dev'
            ? [`${where} has no tag azd-env-name`]
            : []),
        ]),
  },
  {
    title: 'names are made of letters, digits and hyphens, which every service takes',
    problems: ({ standard }) =>
      standard.resources
        .filter(({ body, name }) => 'location' in body && !/^[a-z][a-z0-9-]*$/.test(name))
        .map(({ where, name }) => `${where} is called ${name}`),
  },
  {
    title: 'two environments in one subscription share no name',
    problems: ({ standard }) =>
      standard.resources
        .filter(({ existing, body }) => !existing && 'location' in body)
        .filter(({ name, id }) => !/abcdefghijklm|dev/.test(name) && !id.includes('/rg-dev/'))
        .map(({ where, name }) => `${where}: ${name} does not depend on the environment`),
  },
];

function parametersOf({ bicep }: Infrastructure): ParamDeclaration[] {
  const main = bicep.find(({ path }) => path === MAIN) as BicepFile;
  return main.declarations.filter((declaration) => declaration.kind === 'param');
}
