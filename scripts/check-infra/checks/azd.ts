import ignore from 'ignore';
import { NEEDED } from '../../../infra/hooks/connect.ts';
import { sameNames, type Check } from '../check.ts';
import type { Files } from '../infrastructure.ts';

/** What azd adds to the environment of a hook besides the outputs. */
const FROM_AZD = ['AZURE_SUBSCRIPTION_ID'];

const SERVICE = [
  'project: .',
  'language: ts',
  'host: function',
  'dist: dist/package',
  'remoteBuild: false',
];

const HOOK = 'npx --no-install node infra/hooks/connect-service-health.ts';

export const AZD_CHECKS: Check[] = [
  {
    title: 'azd finds the template and deploys the package that the build makes',
    problems: ({ files }) => {
      const lines = linesOf(files);
      return [
        'name: longhaul',
        'provider: bicep',
        'path: infra',
        'module: main',
        'api:',
        ...SERVICE,
      ]
        .filter((line) => !lines.includes(line))
        .map((line) => `azure.yaml has no "${line}"`);
    },
  },
  {
    title: 'the hook runs after provisioning and after deployment, on every system',
    problems: ({ files }) =>
      sameNames(
        linesOf(files).filter((line) => line.startsWith('run:')),
        [`run: ${HOOK} --if-deployed`, `run: ${HOOK}`].flatMap((line) => [line, line]),
        'azure.yaml',
      ),
  },
  {
    title: 'the hook has a shell on every system, and never keeps azd from deploying',
    problems: ({ files }) =>
      sameNames(
        linesOf(files).filter((line) =>
          /^(posix|windows|shell|continueOnError|postprovision|postdeploy):/.test(line),
        ),
        HOOK_LINES,
        'azure.yaml',
      ),
  },
  {
    title: 'the hook is where azure.yaml says, and what it reads is given out',
    problems: ({ files, standard }) => {
      const known = [...FROM_AZD, ...Object.keys(standard.outputs)];
      return [
        ...(files.has(HOOK.split(' ').at(-1) ?? '') ? [] : [`${HOOK}: the file does not exist`]),
        ...NEEDED.filter((name) => !known.includes(name)).map(
          (name) => `no output is called ${name}`,
        ),
      ];
    },
  },
  {
    title: 'the compiler is told to be strict',
    problems: ({ files }) => {
      const { analyzers } = JSON.parse(files.get('infra/bicepconfig.json') ?? '{}') as {
        analyzers?: { core?: { enabled?: boolean; rules?: Record<string, { level: string }> } };
      };
      const levels = Object.values(analyzers?.core?.rules ?? {}).map(({ level }) => level);
      return analyzers?.core?.enabled &&
        levels.length > 0 &&
        levels.every((level) => level === 'error')
        ? []
        : ['infra/bicepconfig.json: the linter is not on, or some rules do not count as errors'];
    },
  },
  {
    title: 'the outputs are what documentation and hooks were told',
    problems: ({ standard }) => sameNames(Object.keys(standard.outputs), OUTPUTS, 'outputs'),
  },
  {
    title: 'azd accepts that nothing is built in Azure',
    // It refuses `remoteBuild: false` where .funcignore excludes node_modules itself.
    problems: ({ files }) =>
      ignore()
        .add(files.get('.funcignore') ?? '')
        .ignores('node_modules/')
        ? ['.funcignore excludes node_modules/; azd refuses that beside remoteBuild: false']
        : [],
  },
];

const KEEPS_GOING = 'continueOnError: true';

const HOOK_LINES = `
  postprovision: | posix: | shell: sh | ${KEEPS_GOING} | windows: | shell: pwsh | ${KEEPS_GOING}
  | postdeploy: | posix: | shell: sh | windows: | shell: pwsh`
  .split('|')
  .map((line) => line.trim());

const OUTPUTS = [
  'AZURE_LOCATION',
  'AZURE_TENANT_ID',
  'AZURE_RESOURCE_GROUP',
  'AZURE_OPENAI_ACCOUNT_NAME',
  'AZURE_OPENAI_ENDPOINT',
  'SERVICE_API_NAME',
  'SERVICE_API_URI',
  'DATA_STORAGE_NAME',
  'SERVICE_BUS_NAMESPACE',
  'SERVICE_HEALTH_ACTION_GROUP',
];

function linesOf(files: Files): string[] {
  return (files.get('azure.yaml') ?? '').split('\n').map((line) => line.trim());
}
