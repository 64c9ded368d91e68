import type { Files } from '../../../scripts/check-infra/infrastructure.ts';

/** One possible mistake: a part of a file, and what is written there instead. */
export interface Mutation {
  path: string;
  start: number;
  end: number;
  text: string;
}

export interface Operator {
  name: string;
  /** Every place where this mistake can be made. */
  mutations(files: Files): Mutation[];
}

type Replace = (match: RegExpExecArray) => string;

/** Every match of a pattern in some of the files; an answer equal to what is there is no mistake. */
function everywhere(files: Files, paths: RegExp, pattern: RegExp, replace: Replace): Mutation[] {
  return [...files]
    .filter(([path]) => paths.test(path))
    .flatMap(([path, source]) =>
      [...source.matchAll(pattern)].map((match) => {
        const start = match.index;
        return { path, start, end: start + match[0].length, text: replace(match) };
      }),
    )
    .filter(({ path, start, end, text }) => files.get(path)?.slice(start, end) !== text);
}

const BICEP = /\.bicep$/;

const OTHER_MODELS = ['gpt-4.1', 'o3-pro', 'gpt-4o', 'codex-mini'];

const LOOSER: Readonly<Record<string, string>> = {
  'allowSharedKeyAccess: false': 'allowSharedKeyAccess: true',
  'allowBlobPublicAccess: false': 'allowBlobPublicAccess: true',
  'defaultToOAuthAuthentication: true': 'defaultToOAuthAuthentication: false',
  'supportsHttpsTrafficOnly: true': 'supportsHttpsTrafficOnly: false',
  'disableLocalAuth: true': 'disableLocalAuth: false',
  'DisableLocalAuth: true': 'DisableLocalAuth: false',
  'httpsOnly: true': 'httpsOnly: false',
  'allow: false': 'allow: true',
  "'TLS1_2'": "'TLS1_0'",
  "minimumTlsVersion: '1.2'": "minimumTlsVersion: '1.0'",
  "minTlsVersion: '1.2'": "minTlsVersion: '1.0'",
  "publicAccess: 'None'": "publicAccess: 'Blob'",
  "'Microsoft.CognitiveServices/accounts/OpenAI/*'": "'*'",
  "'Microsoft.CognitiveServices/accounts/deployments/read'":
    "'Microsoft.CognitiveServices/accounts/deployments/*'",
};

const LESS_ALERT: Readonly<Record<string, string>> = {
  "'GreaterThan'": "'LessThan'",
  'threshold: 0': 'threshold: 100',
  "'ActionRequired'": "'Incident'",
  "'Informational'": "'Maintenance'",
  "'Azure OpenAI Service'": "'Azure OpenAI'",
  "'ServiceHealth'": "'Administrative'",
  'containsAny:': 'equals:',
  'anyOf:': 'allOf:',
  "'job-transition'": "'transition'",
  "'failed'": "'error'",
  "'outputs-gone'": "'gone'",
  'line.status': 'line.state',
  'line.event': 'line.name',
  "'DeadletteredMessages'": "'ActiveMessages'",
  'enabled: true': 'enabled: false',
};

const ALERTS = /(alerts|service-health|action-groups)\.bicep$|\.kql$/;

function anyOf(table: Readonly<Record<string, string>>): RegExp {
  const escaped = Object.keys(table).map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(escaped.join('|'), 'g');
}

function scrambled(name: string): string {
  return name.length > 1 ? `${name.slice(0, -2)}${name.at(-1)}${name.at(-2)}` : `${name}x`;
}

const ROLE_NAMES = /roleIds\.(\w+)/g;

export const OPERATORS: readonly [Operator, ...Operator[]] = [
  {
    name: 'rename a property',
    mutations: (files) =>
      everywhere(
        files,
        BICEP,
        /^( +)(\w+):(?= |$)/gm,
        ([, indent = '', name = '']) => `${indent}${scrambled(name)}x:`,
      ),
  },
  {
    name: 'wrong API version',
    mutations: (files) =>
      everywhere(files, BICEP, /@20(\d\d)-/g, ([, year = '']) => `@20${Number(year) - 1}-`),
  },
  {
    name: 'drop a role',
    mutations: (files) => [
      ...everywhere(files, BICEP, /^ +roleIds\.\w+\n/gm, () => ''),
      ...everywhere(
        files,
        BICEP,
        /^resource \w+ 'Microsoft\.Authorization\/roleAssignments[\s\S]*?^[}\]]\n/gm,
        () => '',
      ),
    ],
  },
  {
    name: 'drop a setting',
    mutations: (files) =>
      everywhere(files, /main|function-app/, /^ +\w*[A-Z]\w*_\w+: .*[^([{]\n/gm, () => ''),
  },
  {
    name: 'rename a setting',
    mutations: (files) =>
      everywhere(
        files,
        /main|function-app/,
        /^( +)(\w*[A-Z]\w*_\w+):/gm,
        ([, indent = '', name = '']) => `${indent}${scrambled(name)}:`,
      ),
  },
  {
    name: 'swap a GUID',
    mutations: (files) => [
      ...everywhere(files, BICEP, /'[0-9a-f]{8}(-[0-9a-f]{4}){3}-([0-9a-f]{12})'/g, ([guid]) =>
        guid.replace(/\w/, (c) => (c === 'a' ? 'b' : 'a')),
      ),
      ...everywhere(files, BICEP, ROLE_NAMES, ([, role = '']) =>
        role === 'serviceBusDataSender'
          ? 'roleIds.serviceBusDataReceiver'
          : 'roleIds.serviceBusDataSender',
      ),
    ],
  },
  {
    name: 'retire a default model',
    mutations: (files) =>
      OTHER_MODELS.flatMap((model) =>
        everywhere(files, /parameters\.json$/, /"model": "[^"]*"/g, () => `"model": "${model}"`),
      ),
  },
  {
    name: 'break an alert condition',
    mutations: (files) =>
      everywhere(files, ALERTS, anyOf(LESS_ALERT), ([text]) => LESS_ALERT[text] ?? text),
  },
  {
    name: 'drop a bracket',
    mutations: (files) => everywhere(files, BICEP, /[[\]{}()]/g, () => ''),
  },
  {
    name: 'loosen a security flag',
    mutations: (files) => everywhere(files, BICEP, anyOf(LOOSER), ([text]) => LOOSER[text] ?? text),
  },
  {
    name: 'change a number',
    mutations: (files) =>
      everywhere(files, BICEP, /(?<=: |= )\d+$/gm, ([number]) => String(Number(number) + 7)),
  },
  {
    name: 'drop a line',
    mutations: (files) =>
      everywhere(files, /\.(bicep|json|kql)$|azure\.yaml$/, /^ +[^\s/].*\n/gm, () => ''),
  },
];
