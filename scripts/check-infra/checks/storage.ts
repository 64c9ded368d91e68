import { CONTAINERS, STORAGE_QUEUES, TABLES } from '../../../src/local/stack/resources.ts';
import type { DeployedResource, Deployment } from '../bicep/deployment.ts';
import { at, made, mustBe, sameNames, type Check } from '../check.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';

/** Container into which Event Grid puts what it could not deliver; the app does not know it. */
export const UNDELIVERED = 'undelivered-events';

export const STORAGE_CHECKS: Check[] = [
  {
    title: 'storage takes no keys, no anonymous readers and no old TLS',
    problems: ({ standard }) =>
      mustBe(
        made(standard, ACCOUNT),
        {
          kind: 'StorageV2',
          'sku.name': 'Standard_LRS',
          'properties.allowSharedKeyAccess': false,
          'properties.allowBlobPublicAccess': false,
          'properties.defaultToOAuthAuthentication': true,
          'properties.minimumTlsVersion': 'TLS1_2',
          'properties.supportsHttpsTrafficOnly': true,
        },
        2,
      ),
  },
  {
    title: 'containers, queues and tables are those of the local stack, and private',
    problems: ({ standard }) => [
      ...sameNames(
        namesIn(standard, 'blobServices/containers'),
        [...CONTAINERS, UNDELIVERED, 'app-package'],
        'containers',
      ),
      ...sameNames(
        namesIn(standard, 'queueServices/queues'),
        STORAGE_QUEUES.flatMap((name) => [name, `${name}-poison`]),
        'storage queues',
      ),
      ...sameNames(namesIn(standard, 'tableServices/tables'), [...TABLES], 'tables'),
      ...mustBe(made(standard, `${ACCOUNT}/blobServices/containers`), {
        'properties.publicAccess': 'None',
      }),
    ],
  },
  {
    title: 'the data of jobs and that of the host are kept apart',
    problems: ({ standard }) => {
      const children = made(standard, `${ACCOUNT}/blobServices/containers`);
      const misplaced = children.filter(
        ({ id, name }) => id.includes('/sthost') !== (name === 'app-package'),
      );
      return misplaced.map(({ name }) => `the container ${name} is in the wrong account`);
    },
  },
  {
    title: 'services are named default, as Azure wants it',
    problems: ({ standard }) =>
      ['blobServices', 'queueServices', 'tableServices', 'managementPolicies'].flatMap((service) =>
        mustBe(made(standard, `${ACCOUNT}/${service}`), { name: 'default' }),
      ),
  },
  {
    title: 'what is deleted by mistake can be brought back',
    problems: ({ standard }) => {
      const data = made(standard, `${ACCOUNT}/blobServices`).filter(({ id }) =>
        id.includes('/stdata'),
      );
      const week = { enabled: true, days: 7 };
      return mustBe(
        data,
        {
          'properties.deleteRetentionPolicy': week,
          'properties.containerDeleteRetentionPolicy': week,
        },
        1,
      );
    },
  },
  {
    title: 'lifecycle rules delete nothing that a job or its owner needs',
    problems: ({ standard }) => {
      const [policy] = made(standard, `${ACCOUNT}/managementPolicies`);
      return policy
        ? [...mustBe([policy], { 'properties.policy.rules': LIFECYCLE }), ...ofData(policy)]
        : ['there is no lifecycle policy'];
    },
  },
];

const LIFECYCLE = [
  rule('cool-outputs', ['outputs/'], { tierToCool: { daysAfterModificationGreaterThan: 30 } }),
  rule('forget-rejected', ['rejected/', `${UNDELIVERED}/`], {
    delete: { daysAfterModificationGreaterThan: 90 },
  }),
];

function rule(name: string, prefixMatch: string[], baseBlob: object) {
  const filters = { blobTypes: ['blockBlob'], prefixMatch };
  return { name, enabled: true, type: 'Lifecycle', definition: { filters, actions: { baseBlob } } };
}

function ofData({ id }: DeployedResource): string[] {
  return id.includes('/stdata') ? [] : ['the lifecycle policy is not that of the data account'];
}

function namesIn(deployment: Deployment, kind: string): string[] {
  return made(deployment, `${ACCOUNT}/${kind}`).map((resource) => String(at(resource, 'name')));
}
