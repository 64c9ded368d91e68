import { readFileSync } from 'node:fs';
import { at, made, mustBe, type Check } from '../check.ts';
import { appSettings } from './settings.ts';

/** https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#deprecated-properties-and-settings */
const FORBIDDEN_SETTINGS =
  /^(AzureWebJobsStorage|FUNCTIONS_WORKER_RUNTIME(_VERSION)?|FUNCTIONS_EXTENSION_VERSION|WEBSITE_NODE_DEFAULT_VERSION|WEBSITE_RUN_FROM_PACKAGE|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|WEBSITE_CONTENT.*|WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT|.*:.*)$/;
const FORBIDDEN_SITE_CONFIG = [
  'ftpsState',
  'use32BitWorkerProcess',
  'netFrameworkVersion',
  'linuxFxVersion',
  'functionAppScaleLimit',
  'functionsRuntimeScaleMonitoringEnabled',
  'appSettings',
];

/** Major versions of Node.js that Flex Consumption offers. */
const NODE_VERSIONS = ['22', '24'];

export const FUNCTION_APP_CHECKS: Check[] = [
  {
    title: 'the plan is Flex Consumption on Linux',
    problems: ({ standard }) =>
      mustBe(
        made(standard, 'Microsoft.Web/serverfarms'),
        {
          kind: 'functionapp',
          'sku.name': 'FC1',
          'sku.tier': 'FlexConsumption',
          'properties.reserved': true,
        },
        1,
      ),
  },
  {
    title: 'the app is what Flex Consumption accepts, and azd finds it',
    problems: ({ standard }) =>
      mustBe(
        made(standard, 'Microsoft.Web/sites'),
        {
          kind: 'functionapp,linux',
          tags: { 'azd-env-name': 'dev', 'azd-service-name': 'api' },
          'identity.type': 'UserAssigned',
          'properties.httpsOnly': true,
          'properties.siteConfig.minTlsVersion': '1.2',
          'properties.functionAppConfig.runtime.name': 'node',
          'properties.functionAppConfig.deployment.storage.type': 'blobContainer',
          'properties.functionAppConfig.deployment.storage.authentication.type':
            'UserAssignedIdentity',
        },
        1,
      ),
  },
  {
    title: 'the app runs on its plan, with its identity, from its container',
    problems: ({ standard }) => {
      const [identity] = made(standard, 'Microsoft.ManagedIdentity/userAssignedIdentities');
      const [plan] = made(standard, 'Microsoft.Web/serverfarms');
      return mustBe(made(standard, 'Microsoft.Web/sites'), {
        'properties.serverFarmId': plan?.id,
        'identity.userAssignedIdentities': { [identity?.id ?? 'none']: {} },
        'properties.functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId':
          identity?.id,
        'properties.functionAppConfig.deployment.storage.value':
          '<Microsoft.Storage/storageAccounts sthostabcdefghijklm.properties.primaryEndpoints.blob>app-package',
      });
    },
  },
  {
    title: 'Node.js is of the version that the project is tested with',
    problems: ({ standard }) => {
      const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
        devDependencies: { node: string };
      };
      const [major = ''] = devDependencies.node.split('.');
      return [
        ...mustBe(made(standard, 'Microsoft.Web/sites'), {
          'properties.functionAppConfig.runtime.version': major,
        }),
        ...(NODE_VERSIONS.includes(major) ? [] : [`Flex Consumption has no Node.js ${major}`]),
      ];
    },
  },
  {
    title: 'orchestrations have an instance that waits for them, and scaling has limits',
    problems: ({ standard }) =>
      mustBe(made(standard, 'Microsoft.Web/sites'), {
        'properties.functionAppConfig.scaleAndConcurrency': {
          instanceMemoryMB: 2048,
          maximumInstanceCount: 100,
          alwaysReady: [{ name: 'durable', instanceCount: 1 }],
        },
      }),
  },
  {
    title: 'without instances that wait, none is paid for',
    problems: ({ complete }) =>
      mustBe(made(complete, 'Microsoft.Web/sites'), {
        'properties.functionAppConfig.scaleAndConcurrency.alwaysReady': [],
      }),
  },
  {
    title: 'nothing is set that Flex Consumption refuses',
    problems: (infrastructure) => {
      const names = Object.keys(appSettings(infrastructure)).filter((name) =>
        FORBIDDEN_SETTINGS.test(name),
      );
      const [site] = made(infrastructure.standard, 'Microsoft.Web/sites');
      const config = (site ? at(site, 'properties.siteConfig') : {}) as Record<string, unknown>;
      const properties = FORBIDDEN_SITE_CONFIG.filter((name) => name in config);
      return [...names, ...properties].map((name) => `${name} must not be set on Flex Consumption`);
    },
  },
  {
    title: 'nobody publishes with a password',
    problems: ({ standard }) => {
      const policies = made(standard, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies');
      const names = policies.map(({ name }) => name).sort();
      return [
        ...mustBe(policies, { 'properties.allow': false }, 2),
        ...(names.join() === 'ftp,scm'
          ? []
          : [`found policies ${names.join()}; expected ftp and scm`]),
      ];
    },
  },
];
