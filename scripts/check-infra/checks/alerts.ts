import { STATUSES } from '../../../src/jobs/status.ts';
import type { Deployment } from '../bicep/deployment.ts';
import { at, made, mustBe, sameNames, type Check } from '../check.ts';
import { readCode, type CodeFacts } from '../code.ts';
import type { Files } from '../infrastructure.ts';

const LOG_ALERT = 'Microsoft.Insights/scheduledQueryRules';
const METRIC_ALERT = 'Microsoft.Insights/metricAlerts';

const code = readCode();

/** What each query must ask for; to ask for anything else is to miss it. */
const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  'infra/queries/failed-jobs.kql': [
    "where tostring(line.event) == 'job-transition'",
    "where tostring(line.status) in ('failed', 'expired')",
  ],
  'infra/queries/outputs-at-risk.kql': [
    "where tostring(line.event) == 'outputs-at-risk'",
    "or (tostring(line.event) == 'job-transition' and tostring(line.errorCode) == 'outputs-gone')",
  ],
};

/** From 0, critical, to 4: outputs that are lost cannot be had again, a job can. */
const SEVERITIES: Readonly<Record<string, number>> = {
  'longhaul-failed-jobs': 2,
  'longhaul-outputs-at-risk': 1,
  'longhaul-dead-letters': 2,
  'longhaul-undelivered-drops': 2,
};

/** Metrics of https://learn.microsoft.com/azure/azure-monitor/reference/metrics-index. */
const METRICS = [
  {
    alert: 'longhaul-dead-letters',
    metricNamespace: 'Microsoft.ServiceBus/namespaces',
    metricName: 'DeadletteredMessages',
    timeAggregation: 'Average',
    dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }],
  },
  {
    alert: 'longhaul-undelivered-drops',
    metricNamespace: 'Microsoft.EventGrid/systemTopics',
    metricName: 'DeadLetteredCount',
    timeAggregation: 'Total',
  },
];

export const ALERT_CHECKS: Check[] = [
  {
    title: 'there is an alert for failed jobs and one for outputs at risk, with their queries',
    problems: ({ standard, files }) => {
      const queries = made(standard, LOG_ALERT).map((alert) => queryOf(alert));
      const names = Object.keys(CONDITIONS);
      return sameNames(
        queries.map((query) => names.find((name) => files.get(name) === query) ?? query),
        names,
        'queries',
      );
    },
  },
  {
    title: 'queries look for lines that the code writes, in fields that it writes there',
    problems: ({ files }) =>
      queriesIn(files).flatMap(([path, query]) => queryProblems(path, query, code)),
  },
  {
    title: 'log alerts fire on the first line, look without a gap, and tell people',
    problems: ({ standard }) =>
      made(standard, LOG_ALERT).flatMap((alert) =>
        mustBe([alert], {
          kind: 'LogAlert',
          'properties.severity': SEVERITIES[alert.name],
          'properties.enabled': true,
          'properties.scopes': [made(standard, 'Microsoft.OperationalInsights/workspaces')[0]?.id],
          'properties.evaluationFrequency': 'PT5M',
          'properties.windowSize': 'PT5M',
          'properties.skipQueryValidation': true,
          'properties.autoMitigate': false,
          'properties.criteria.allOf.0.timeAggregation': 'Count',
          'properties.criteria.allOf.0.operator': 'GreaterThan',
          'properties.criteria.allOf.0.threshold': 0,
          'properties.criteria.allOf.0.failingPeriods': {
            numberOfEvaluationPeriods: 1,
            minFailingPeriodsToAlert: 1,
          },
          'properties.criteria.allOf.length': 1,
          'properties.actions': { actionGroups: [peopleGroup(standard)] },
        }),
      ),
  },
  {
    title: 'metric alerts fire on the first dead letter, and tell people',
    problems: ({ standard }) =>
      METRICS.flatMap(({ alert: wanted, ...metric }) =>
        mustBe(
          made(standard, METRIC_ALERT).filter(({ name }) => name === wanted),
          {
            location: 'global',
            'properties.severity': SEVERITIES[wanted],
            'properties.enabled': true,
            'properties.scopes.length': 1,
            'properties.evaluationFrequency': 'PT5M',
            'properties.windowSize': 'PT15M',
            'properties.autoMitigate': wanted === 'longhaul-dead-letters',
            'properties.criteria': {
              'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
              allOf: [criterion(wanted, metric)],
            },
            'properties.actions': [{ actionGroupId: peopleGroup(standard) }],
          },
          1,
        ),
      ),
  },
  {
    title: 'metric alerts look at the resource whose metric it is',
    problems: ({ standard }) =>
      made(standard, METRIC_ALERT)
        .filter((alert) => {
          const type = String(at(alert, 'properties.criteria.allOf.0.metricNamespace'));
          return !String(at(alert, 'properties.scopes.0')).includes(`/providers/${type}/`);
        })
        .map(({ name }) => `${name} looks at another resource than its metric is of`),
  },
];

function criterion(
  alert: string,
  { dimensions, ...metric }: Omit<(typeof METRICS)[number], 'alert'>,
) {
  return {
    criterionType: 'StaticThresholdCriterion',
    name: alert.replace('longhaul-', ''),
    metricNamespace: metric.metricNamespace,
    metricName: metric.metricName,
    timeAggregation: metric.timeAggregation,
    operator: 'GreaterThan',
    threshold: 0,
    ...(dimensions ? { dimensions } : {}),
  };
}

export function peopleGroup(deployment: Deployment): string | undefined {
  return made(deployment, 'Microsoft.Insights/actionGroups').find(({ name }) =>
    name.startsWith('ag-people-'),
  )?.id;
}

function queryOf(alert: Parameters<typeof at>[0]): string {
  return String(at(alert, 'properties.criteria.allOf.0.query'));
}

function queriesIn(files: Files): [string, string][] {
  return [...files].filter(([path]) => path.endsWith('.kql'));
}

function queryProblems(
  path: string,
  query: string,
  { journalLines, errorCodes }: CodeFacts,
): string[] {
  const events = valuesOf('event', query);
  const written = events.map((event) => journalLines.get(event) ?? '').join('\n');
  const fields = [...query.matchAll(/\bline\.(\w+)/g)].map(([, field = '']) => field);
  return [
    ...(query.startsWith('AppTraces\n| extend line = parse_json(Message)\n')
      ? []
      : [`${path} reads another table`]),
    ...(CONDITIONS[path] ?? ['a query that is expected'])
      .filter((condition) => !query.includes(condition))
      .map((condition) => `${path} has no "${condition}"`),
    ...events
      .filter((event) => !journalLines.has(event))
      .map((event) => `${path}: no line has event ${event}`),
    ...fields
      .filter((field) => field !== 'event' && !new RegExp(`\\b${field}\\b`).test(written))
      .map((field) => `${path}: the code writes no field ${field}`),
    ...valuesOf('status', query)
      .filter((status) => !STATUSES.some((known) => known === status))
      .map((status) => `${path}: there is no status ${status}`),
    ...valuesOf('errorCode', query)
      .filter((errorCode) => !errorCodes.includes(`'${errorCode}': {`))
      .map((errorCode) => `${path}: there is no error code ${errorCode}`),
  ];
}

/** The values that a query compares a field of the line with. */
function valuesOf(field: string, query: string): string[] {
  const comparison = new RegExp(`line\\.${field}\\) (?:==|in) ((?:\\('[^)]*\\))|'[^']*')`, 'g');
  return [...query.matchAll(comparison)].flatMap(([, list = '']) =>
    [...list.matchAll(/'([^']*)'/g)].map(([, value = '']) => value),
  );
}
