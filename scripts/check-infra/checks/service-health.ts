import { at, made, mustBe, type Check } from '../check.ts';
import type { DeployedResource, Deployment } from '../bicep/deployment.ts';
import { readCode } from '../code.ts';
import { RECEIVER } from '../../../infra/hooks/receiver.ts';

const ALERT = 'Microsoft.Insights/activityLogAlerts';
const GROUP = 'Microsoft.Insights/actionGroups';

/** The exact name: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/model-retirements */
const SERVICE_NAME = 'Azure OpenAI Service';

const RULES: Readonly<Record<string, readonly string[]>> = {
  'longhaul-advisories-dev': ['ActionRequired', 'Informational'],
  'longhaul-outages-dev': ['Incident', 'Maintenance', 'Security'],
};

/** As long as this, an action group's short name may be. */
const SHORT_NAME = 12;

export const SERVICE_HEALTH_CHECKS: Check[] = [
  {
    title: 'advisories and outages of Azure OpenAI have a rule each, for the whole subscription',
    problems: ({ standard }) =>
      Object.entries(RULES).flatMap(([rule, incidentTypes]) =>
        mustBe(
          made(standard, ALERT).filter(({ name }) => name === rule),
          {
            location: 'global',
            'properties.enabled': true,
            'properties.scopes': ['/subscriptions/00000000-0000-0000-0000-000000000000'],
            'properties.condition.allOf': [
              { field: 'category', equals: 'ServiceHealth' },
              { field: 'properties.impactedServices[*].ServiceName', containsAny: [SERVICE_NAME] },
              {
                // Two leaves of one field beside each other in `allOf` would never be true together.
                anyOf: incidentTypes.map((type) => ({
                  field: 'properties.incidentType',
                  equals: type,
                })),
              },
            ],
          },
          1,
        ),
      ),
  },
  {
    title: 'Service Health tells people and the app',
    problems: ({ standard }) => {
      const groups = [group(standard, 'ag-people-'), group(standard, 'ag-app-')];
      return mustBe(made(standard, ALERT), {
        'properties.actions': {
          actionGroups: groups.map((found) => ({ actionGroupId: found?.id })),
        },
      });
    },
  },
  {
    title: 'action groups are global, switched on, and their short names short',
    problems: ({ standard }) => {
      const groups = made(standard, GROUP);
      const long = groups.filter(
        (found) => String(at(found, 'properties.groupShortName')).length > SHORT_NAME,
      );
      return [
        ...mustBe(groups, { location: 'global', 'properties.enabled': true }, 2),
        ...long.map(({ name }) => `${name}: groupShortName is longer than ${SHORT_NAME}`),
      ];
    },
  },
  {
    title: 'people get e-mail, text messages and webhooks, in the common schema',
    problems: ({ complete }) =>
      mustBe(people(complete), {
        'properties.emailReceivers': [
          { name: 'email', emailAddress: 'someone@example.com', useCommonAlertSchema: true },
        ],
        'properties.smsReceivers': [{ name: 'duty', countryCode: '1', phoneNumber: '5550100' }],
        'properties.webhookReceivers': [
          { name: 'chat', serviceUri: 'https://example.com/hook', useCommonAlertSchema: true },
        ],
      }),
  },
  {
    title: 'without anybody to tell, the group of people is empty',
    problems: ({ standard }) =>
      mustBe(people(standard), {
        'properties.emailReceivers': [],
        'properties.smsReceivers': [],
        'properties.webhookReceivers': [],
      }),
  },
  {
    title: 'the function that gets Service Health notices exists, behind a key',
    problems: () => {
      const found = readCode().functions.get(RECEIVER.functionName);
      return found?.route === RECEIVER.route && found.authLevel === 'function'
        ? []
        : [
            `the function ${RECEIVER.functionName} at ${RECEIVER.route} is ${JSON.stringify(found)}`,
          ];
    },
  },
];

function people(deployment: Deployment): DeployedResource[] {
  const found = group(deployment, 'ag-people-');
  return found ? [found] : [];
}

function group(deployment: Deployment, prefix: string): DeployedResource | undefined {
  return made(deployment, GROUP).find(({ name }) => name.startsWith(prefix));
}
