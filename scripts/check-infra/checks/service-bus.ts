import { STEPS, type ServiceEventType } from '../../../src/jobs/events.ts';
import { SERVICE_BUS_ENTITIES } from '../../../src/local/stack/resources.ts';
import type { DeployedResource } from '../bicep/deployment.ts';
import { at, made, mustBe, sameNames, type Check } from '../check.ts';

const NAMESPACE = 'Microsoft.ServiceBus/namespaces';
const SUBSCRIPTION = `${NAMESPACE}/topics/subscriptions`;

const { queues, topics } = SERVICE_BUS_ENTITIES;

const SERVICE_EVENTS: ServiceEventType[] = [
  'longhaul.model.retirement-announced',
  'longhaul.service.incident',
];

/** ISO 8601, in the largest unit that divides it, as Azure's examples spell durations. */
function duration(seconds: number): string {
  if (seconds % 86_400 === 0) return `P${seconds / 86_400}D`;
  return `PT${seconds / 60}M`;
}

export const SERVICE_BUS_CHECKS: Check[] = [
  {
    title: 'the namespace takes no keys and no old TLS, and has topics',
    problems: ({ standard }) =>
      mustBe(
        made(standard, NAMESPACE),
        {
          sku: { name: 'Standard', tier: 'Standard' },
          'properties.disableLocalAuth': true,
          'properties.minimumTlsVersion': '1.2',
        },
        1,
      ),
  },
  {
    title: 'queues are those of the local stack, with its deliveries and locks',
    problems: ({ standard }) => {
      const found = made(standard, `${NAMESPACE}/queues`);
      return [
        ...sameNames(
          found.map(({ name }) => name),
          queues.map(({ name }) => name),
          'Service Bus queues',
        ),
        ...queues.flatMap(({ name, maxDeliveryCount, lockDurationSeconds }) =>
          mustBe(named(found, name), {
            'properties.maxDeliveryCount': maxDeliveryCount,
            'properties.lockDuration': duration(lockDurationSeconds),
            'properties.requiresDuplicateDetection': false,
            'properties.deadLetteringOnMessageExpiration': true,
          }),
        ),
      ];
    },
  },
  {
    title: 'the topic drops repeats as long as that of the local stack',
    problems: ({ standard }) =>
      topics.flatMap(({ name, duplicateDetectionWindowSeconds }) =>
        mustBe(named(made(standard, `${NAMESPACE}/topics`), name), {
          'properties.requiresDuplicateDetection': true,
          'properties.duplicateDetectionHistoryTimeWindow': duration(
            duplicateDetectionWindowSeconds,
          ),
        }),
      ),
  },
  {
    title: 'subscriptions end what nobody reads, and never fill the topic',
    problems: ({ standard }) => {
      const found = made(standard, SUBSCRIPTION);
      const names = topics.flatMap(({ subscriptions }) => subscriptions.map(({ name }) => name));
      return [
        ...sameNames(
          found.map(({ name }) => name),
          [...names, 'attention'],
          'subscriptions',
        ),
        ...mustBe(found, {
          'properties.maxDeliveryCount': topics[0]?.subscriptions[0]?.maxDeliveryCount,
          'properties.lockDuration': 'PT1M',
          'properties.defaultMessageTimeToLive': 'P14D',
          'properties.deadLetteringOnMessageExpiration': false,
        }),
        ...mustBe(named(found, 'attention'), {
          'properties.deadLetteringOnFilterEvaluationExceptions': false,
        }),
      ];
    },
  },
  {
    title: 'the example of a filter replaces the rule that lets everything through',
    problems: ({ standard }) =>
      mustBe(
        made(standard, `${SUBSCRIPTION}/rules`),
        { name: '$Default', 'properties.filterType': 'SqlFilter' },
        1,
      ),
  },
  {
    title: 'the example of a filter asks for events that exist',
    problems: ({ standard }) =>
      made(standard, `${SUBSCRIPTION}/rules`).flatMap((rule) => {
        const filter = String(at(rule, 'properties.sqlFilter.sqlExpression'));
        const types = [...filter.matchAll(/'([^']*)'/g)].map(([, type = '']) => type);
        const known: string[] = [...STEPS.map((step) => `longhaul.job.${step}`), ...SERVICE_EVENTS];
        return [
          ...(/^user\.type IN \(('[^']*'(, )?)+\)$/.test(filter)
            ? []
            : [`the filter is ${filter}`]),
          ...types
            .filter((type) => !known.includes(type))
            .map((type) => `no event has the type ${type}`),
        ];
      }),
  },
];

function named(resources: readonly DeployedResource[], wanted: string): DeployedResource[] {
  return resources.filter(({ name }) => name === wanted);
}
