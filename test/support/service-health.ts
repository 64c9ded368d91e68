/** What Azure Monitor's documentation shows of Service Health alerts, in every shape it has. */

export interface NoticeFields {
  trackingId?: unknown;
  communicationId?: unknown;
  incidentType?: unknown;
  title?: unknown;
  communication?: unknown;
  service?: unknown;
  region?: unknown;
  impactedServices?: unknown;
  [field: string]: unknown;
}

export const RETIREMENT: NoticeFields = {
  title: 'Retirement: o3-pro in Azure OpenAI Service',
  service: 'Azure OpenAI Service',
  region: 'Sweden Central',
  communication:
    '<p>On <strong>10 December 2026</strong> the model o3-pro version 2025-06-10 retires.</p><p>Use gpt-5-pro.</p>',
  incidentType: 'ActionRequired',
  trackingId: 'ABCD-123',
  impactStartTime: '2026-11-20T00:00:00Z',
  impactMitigationTime: '2026-12-10T00:00:00Z',
  impactedServices: impacted('Azure OpenAI Service', 'Sweden Central'),
  impactedServicesTableRows: '<tr>…</tr>',
  defaultLanguageTitle: '',
  defaultLanguageContent: '',
  stage: 'Active',
  communicationId: '11000144267485',
  isHIR: 'false',
  IsSynthetic: 'False',
  impactType: 'SubscriptionList',
  version: '0.1.1',
};

export const OUTAGE: NoticeFields = {
  ...RETIREMENT,
  title: 'Azure OpenAI: elevated errors',
  communication: '<p>Requests may fail.</p>',
  incidentType: 'Incident',
  trackingId: 'OUT1-XYZ',
  communicationId: '22000144267485',
};

/** What the portal's "Test action group" sends. */
export const PORTAL_TEST: NoticeFields = {
  ...OUTAGE,
  title: 'Test Action Group - Test Service Health Alert',
  service: 'Azure Service Name',
  region: 'Global',
  communication: '<p><strong>Summary of impact</strong>:&nbsp;This is the impact summary.</p>',
  trackingId: 'TEST-TTT',
  communicationId: '33000144267485',
  impactedServices: [
    { ImpactedRegions: [{ RegionName: 'Global' }], ServiceName: 'Azure Service Name' },
  ],
  IsSynthetic: 'True',
  stage: 'Resolved',
};

export function impacted(service: string, ...regions: string[]): string {
  const ImpactedRegions = regions.map((RegionName) => ({ RegionName }));
  return JSON.stringify([{ ImpactedRegions, ServiceName: service }]);
}

/** https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema */
export function commonSchema(properties: NoticeFields, context: Record<string, unknown> = {}) {
  return {
    schemaId: 'azureMonitorCommonAlertSchema',
    data: {
      essentials: {
        alertId: '/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/a',
        alertRule: 'aoai-retirement',
        severity: 'Sev4',
        signalType: 'Activity Log',
        monitorCondition: 'Fired',
        monitoringService: 'ServiceHealth',
        alertTargetIDs: ['/subscriptions/s'],
        firedDateTime: '2026-11-20T10:00:00.000Z',
        essentialsVersion: '1.0',
        alertContextVersion: '1.0',
      },
      alertContext: {
        authorization: null,
        channels: 1,
        claims: null,
        eventSource: 2,
        eventTimestamp: '2026-11-20T09:59:00Z',
        level: 3,
        operationName: 'Microsoft.ServiceHealth/actionrequired/action',
        properties,
        status: 'Active',
        subStatus: null,
        ResourceType: null,
        ...context,
      },
      customProperties: null,
    },
  };
}

/** https://learn.microsoft.com/azure/azure-monitor/alerts/activity-log-alerts-webhook */
export function legacySchema(properties: NoticeFields, log: Record<string, unknown> = {}) {
  return {
    schemaId: 'Microsoft.Insights/activityLogs',
    data: {
      status: 'Activated',
      context: {
        activityLog: {
          channels: 'Admin',
          correlationId: 'c',
          eventSource: 'ServiceHealth',
          eventTimestamp: '2026-11-20T09:59:00Z',
          level: 'Warning',
          operationName: 'Microsoft.ServiceHealth/incident/action',
          properties,
          status: 'Active',
          subscriptionId: 's',
          ...log,
        },
      },
      properties: {},
    },
  };
}
