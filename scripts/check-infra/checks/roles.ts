import type { DeployedResource, Deployment } from '../bicep/deployment.ts';
import { at, made, mustBe, sameNames, type Check } from '../check.ts';

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const BUILT_IN: Readonly<Record<string, string>> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a': 'Storage Queue Data Message Sender',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '090c5cfd-751d-490a-894a-3ce6f1109419': 'Azure Service Bus Data Owner',
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0': 'Azure Service Bus Data Receiver',
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39': 'Azure Service Bus Data Sender',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
};

/** Who may do what, and where: no more than this, and no less. */
const GRANTED = [
  'app: Monitoring Metrics Publisher on components/appi',
  'app: Storage Blob Data Owner on storageAccounts/sthost',
  'app: Storage Queue Data Contributor on storageAccounts/sthost',
  'app: Storage Table Data Contributor on storageAccounts/sthost',
  'app: Storage Blob Data Contributor on storageAccounts/stdata',
  'app: Storage Queue Data Contributor on storageAccounts/stdata',
  'app: Storage Table Data Contributor on storageAccounts/stdata',
  'app: Azure Service Bus Data Owner on queues/jobs',
  'app: Azure Service Bus Data Owner on queues/blob-drops',
  'app: Azure Service Bus Data Sender on topics/job-events',
  'app: the custom role on accounts/oai',
  'event grid: Azure Service Bus Data Sender on queues/blob-drops',
  'event grid: Storage Blob Data Contributor on containers/undelivered-events',
  'deployer: Storage Blob Data Contributor on storageAccounts/stdata',
  'deployer: Storage Queue Data Message Sender on storageAccounts/stdata',
  'deployer: Azure Service Bus Data Sender on namespaces/sb',
  'deployer: Azure Service Bus Data Receiver on namespaces/sb',
];

const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';
const DEFINITION = 'Microsoft.Authorization/roleDefinitions';

export const ROLE_CHECKS: Check[] = [
  {
    title: 'roles are granted where they are needed, and nowhere else',
    problems: ({ standard }) =>
      sameNames(
        made(standard, ASSIGNMENT).map((item) => grant(item, standard)),
        GRANTED,
        'roles',
      ),
  },
  {
    title: 'an existing account of Azure OpenAI is opened to the app as well',
    problems: ({ existingAccount }) =>
      sameNames(
        made(existingAccount, ASSIGNMENT)
          .map((item) => grant(item, existingAccount))
          .filter((text) => text.includes('custom role')),
        ['app: the custom role on accounts/their-account'],
        'roles',
      ),
  },
  {
    title: 'a role is granted to an identity that is as old as the grant',
    problems: ({ standard }) =>
      made(standard, ASSIGNMENT).flatMap((item) =>
        mustBe([item], {
          'properties.principalType': grant(item, standard).startsWith('deployer')
            ? 'User'
            : 'ServicePrincipal',
        }),
      ),
  },
  {
    title: 'no two assignments have one name, and each follows from who, what and where',
    problems: ({ standard }) => {
      const assignments = made(standard, ASSIGNMENT);
      const names = assignments.map(({ name }) => name);
      const twice = names.filter((name, index) => names.indexOf(name) !== index);
      const vague = assignments.filter((item) => !nameFollows(item));
      return [...twice, ...vague.map(({ where }) => where)].map(
        (name) => `the name of the assignment ${name} is not unique`,
      );
    },
  },
  {
    title: 'the custom role opens the data plane of Azure OpenAI and changes nothing else',
    problems: ({ standard, existingAccount }) =>
      [standard, existingAccount].flatMap((deployment) => {
        const roles = made(deployment, DEFINITION);
        return [
          ...mustBe(
            roles,
            { 'properties.type': 'CustomRole', 'properties.permissions': PERMISSIONS },
            1,
          ),
          ...roles.flatMap(assignableInItsGroup),
        ];
      }),
  },
];

const PERMISSIONS = [
  {
    actions: [
      'Microsoft.CognitiveServices/accounts/read',
      'Microsoft.CognitiveServices/accounts/deployments/read',
      'Microsoft.CognitiveServices/accounts/models/read',
    ],
    notActions: [],
    dataActions: ['Microsoft.CognitiveServices/accounts/OpenAI/*'],
    notDataActions: [],
  },
];

function assignableInItsGroup(role: DeployedResource): string[] {
  const [group = ''] = role.id.split('/providers/');
  return mustBe([role], { 'properties.assignableScopes': [group] });
}

/** Of a custom role, whose id is made here, the name follows from what it is called. */
function nameFollows({ name, scope = '', body }: DeployedResource): boolean {
  const role = String(at({ body }, 'properties.roleDefinitionId')).split('/').at(-1) ?? '';
  return (
    name.startsWith(`guid(${scope}, `) && (role in BUILT_IN ? name.endsWith(`, ${role})`) : true)
  );
}

function grant(assignment: DeployedResource, deployment: Deployment): string {
  const principal = String(at(assignment, 'properties.principalId'));
  const role = String(at(assignment, 'properties.roleDefinitionId'));
  const where = (assignment.scope ?? 'everything').split('/').slice(-2).join('/');
  return `${who(principal)}: ${roleName(role, deployment)} on ${where.replace(/abcdefghijklm$|-abcdefghijklm$/, '')}`;
}

function who(principal: string): string {
  if (principal.includes('userAssignedIdentities')) return 'app';
  if (principal.includes('systemTopics')) return 'event grid';
  return principal.endsWith('-000000000001') ? 'deployer' : principal;
}

function roleName(id: string, deployment: Deployment): string {
  const [, guid = ''] = id.split('/providers/Microsoft.Authorization/roleDefinitions/');
  const custom = made(deployment, DEFINITION).some(({ name }) => name === guid);
  return custom ? 'the custom role' : (BUILT_IN[guid] ?? `an unknown role ${guid}`);
}
