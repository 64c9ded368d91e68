import { z } from 'zod';
import { pointerOf } from '../../jobs/envelope.ts';
import { LonghaulError, type FieldProblem } from '../../jobs/errors.ts';

/** Text or, in some variants of the payload, a number or a truth value in its place. */
const text = z
  .union([z.string(), z.number(), z.boolean()], { error: 'must be text' })
  .transform(String)
  .nullish()
  .transform((value) => value?.trim() || undefined);

const required = text.refine((value) => value !== undefined, { error: 'is missing' });

const properties = z.looseObject({
  trackingId: required,
  incidentType: required,
  communicationId: text,
  title: text,
  defaultLanguageTitle: text,
  communication: text,
  defaultLanguageContent: text,
  service: text,
  region: text,
  stage: text,
  impactStartTime: text,
  impactMitigationTime: text,
  IsSynthetic: text,
  isSynthetic: text,
  /** JSON in a string from the live service, the list itself from the portal's test. */
  impactedServices: z.unknown(),
});

const commonSchema = z.looseObject({
  data: z.looseObject({
    essentials: z.looseObject({ monitoringService: text }),
    alertContext: z.looseObject({ level: text, properties }),
  }),
});

const legacySchema = z.looseObject({
  data: z.looseObject({
    context: z.looseObject({
      activityLog: z.looseObject({ eventSource: text, level: text, properties }),
    }),
  }),
});

const schemaName = z.looseObject({ schemaId: z.string() });

/** What an alert of Azure Monitor says of a Service Health notification, as it says it. */
export interface ServiceHealthAlert {
  properties: z.infer<typeof properties>;
  /** A name, or a number that stands for one. */
  level: string | undefined;
}

/** The two shapes of an activity log alert. Only what is read of them is checked. */
const READERS: Record<string, (value: unknown) => ServiceHealthAlert> = {
  /** https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema */
  azureMonitorCommonAlertSchema(value) {
    const { essentials, alertContext } = checked(commonSchema, value).data;
    refuseOtherSources(essentials.monitoringService, '/data/essentials/monitoringService');
    return alertContext;
  },
  /** https://learn.microsoft.com/azure/azure-monitor/alerts/activity-log-alerts-webhook */
  'Microsoft.Insights/activityLogs'(value) {
    const { activityLog } = checked(legacySchema, value).data.context;
    refuseOtherSources(activityLog.eventSource, '/data/context/activityLog/eventSource');
    return activityLog;
  },
};

/**
 * Reads what an action group of Azure Monitor posts, in the common or the legacy schema.
 *
 * @throws LonghaulError `invalid-notice` with every bad field.
 */
export function readAlert(value: unknown): ServiceHealthAlert {
  const { schemaId } = checked(schemaName, value);
  const known = Object.keys(READERS).find((name) => name.toLowerCase() === schemaId.toLowerCase());
  const read = known === undefined ? undefined : READERS[known];
  if (read) return read(value);
  const detail = `must be one of ${Object.keys(READERS).join(', ')}`;
  throw invalidNotice([{ pointer: '/schemaId', detail }]);
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidNotice(
    result.error.issues.map(({ path, message }) => ({
      pointer: pointerOf(path),
      detail: message,
    })),
  );
}

/** Absent and, in the common schema's numbers, `2` both stand for Service Health. */
function refuseOtherSources(source: string | undefined, pointer: string): void {
  if (source === undefined || source === '2' || /service\s*health/i.test(source)) return;
  throw invalidNotice([{ pointer, detail: 'must be ServiceHealth: no other alerts are taken' }]);
}

export function invalidNotice(fields: FieldProblem[]): LonghaulError {
  const where = fields.map(({ pointer }) => pointer || 'the body').join(', ');
  return new LonghaulError(
    'invalid-notice',
    `Only alerts of Azure Service Health are taken here. Correct ${where}, or point the alert rule elsewhere.`,
    fields,
  );
}
