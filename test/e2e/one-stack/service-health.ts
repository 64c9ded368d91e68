import { beforeAll, expect, it } from 'vitest';
import type { LocalStack } from '../../support/local-stack.ts';
import {
  commonSchema,
  impacted,
  legacySchema,
  OUTAGE,
  PORTAL_TEST,
  RETIREMENT,
  type NoticeFields,
} from '../../support/service-health.ts';

const ADVISORY = 'longhaul.model.retirement-announced';
const INCIDENT = 'longhaul.service.incident';

/** Deep, but not too deep for the reader. */
const NESTED = `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`;

/** @param stack that runs when the first of these tests begins. */
export function serviceHealth(stack: () => LocalStack): void {
  let local: LocalStack;

  beforeAll(async () => {
    local = stack();
    // The first look at the account; in Azure the daily timer takes it.
    await local.jobs.get('/deployments');
  });

  let notices = 0;
  /** A communication that did not come before. */
  const next = (fields: NoticeFields): NoticeFields => ({
    ...fields,
    communicationId: String((notices += 1)),
  });
  const post = (payload: unknown) => local.jobs.post('/service-health', payload);

  async function announced(payload: unknown) {
    const { status, body } = await post(payload);
    expect({ status, body }).toMatchObject({ status: 200, body: { status: 'announced' } });
    return eventOf((body as { eventId: string }).eventId);
  }

  async function eventOf(eventId: string) {
    const isIt = ({ messageId }: { messageId: string }) => messageId === eventId;
    const { type, subject } = await local.events.waitForAny(isIt);
    expect(local.events.received.filter(isIt)).toHaveLength(1);
    const [event] = local.events.received.filter(isIt);
    return { type, subject, data: event?.data ?? {}, text: event?.text ?? '' };
  }

  it.each<[string, (fields: NoticeFields) => unknown]>([
    ['the common schema', (fields) => commonSchema(fields)],
    ['the legacy schema', (fields) => legacySchema(fields)],
    ['names for enumerations', (fields) => commonSchema(fields, { level: 'Warning' })],
    ['numbers for enumerations', (fields) => legacySchema(fields, { level: 3, eventSource: 2 })],
    [
      'a list of impacted services',
      (fields) =>
        commonSchema({
          ...fields,
          impactedServices: JSON.parse(impacted('Azure OpenAI Service', 'Sweden Central')),
        }),
    ],
    [
      'the other spelling of the signal type',
      (fields) => {
        const payload = commonSchema(fields);
        payload.data.essentials.signalType = 'ActivityLog';
        return payload;
      },
    ],
  ])('become events with the deployments they are about: %s', async (_, payload) => {
    const { type, subject, data } = await announced(payload(next(RETIREMENT)));

    expect({ type, subject }).toEqual({ type: ADVISORY, subject: 'service-health/ABCD-123' });
    expect(data).toMatchObject({
      level: 'Warning',
      services: ['Azure OpenAI Service'],
      regions: ['Sweden Central'],
      deployments: [
        { account: 'local', deployment: 'gpt-5-pro', model: 'gpt-5-pro' },
        { account: 'local', deployment: 'o3-pro', version: '2025-06-10' },
      ].toSorted((one, other) => (one.deployment < other.deployment ? 1 : -1)),
    });
  });

  it('tell of incidents in a region, and of the test of the portal', async () => {
    const incident = await announced(commonSchema(next(OUTAGE)));
    expect(incident.type).toBe(INCIDENT);
    expect((incident.data['deployments'] as unknown[]).length).toBeGreaterThan(20);

    const test = await announced(commonSchema(PORTAL_TEST));
    expect(test).toMatchObject({ type: INCIDENT, data: { test: true, deployments: [] } });
  });

  it('are announced once, however often they come at the same moment and later', async () => {
    const fields = next(RETIREMENT);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        post(index % 2 === 0 ? commonSchema(fields) : legacySchema(fields)),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const [eventId = ''] = answers.map(({ body }) => (body as { eventId: string }).eventId);
    await eventOf(eventId);

    expect((await post(legacySchema(fields))).body).toEqual({ status: 'repeat', eventId });
    const marker = await announced(commonSchema(next(OUTAGE)));
    expect(marker.type).toBe(INCIDENT);
    expect(local.events.received.filter(({ messageId }) => messageId === eventId)).toHaveLength(1);
  });

  it('never bring markup into an event', async () => {
    const hostile = next({
      ...RETIREMENT,
      title: '<img src=x onerror=alert(1)>o3 &lt;script&gt;alert(1)&lt;/script&gt;',
      communication:
        '<p>One<script>steal()</script> & &amp;lt;b&amp;gt;two <a href="javascript:x">three',
      stage: '<b>Active</b>',
      trackingId: '<i>T-1</i>',
      region: '<script>x</script>Sweden Central',
      impactedServices: impacted('<b>Azure OpenAI Service</b>', '<u>Sweden Central'),
    });
    const { subject, data, text } = await announced(commonSchema(hostile));

    expect(subject).toBe('service-health/T-1');
    expect(data).toMatchObject({ title: 'o3', stage: 'Active', summary: 'One & two three' });
    expect(text).not.toMatch(/[<>]|&lt;|javascript|steal|alert/);
  });

  it('about other services are ignored', async () => {
    const other = { ...next(OUTAGE), impactedServices: impacted('Virtual Machines', 'Global') };
    expect(await post(commonSchema(other))).toMatchObject({
      status: 200,
      body: { status: 'ignored', eventId: null },
    });
  });

  it.each<[string, unknown, number, string, string | undefined]>([
    ['nothing', '', 400, 'invalid-json', undefined],
    ['no JSON', '{"schemaId":', 400, 'invalid-json', undefined],
    ['too deep', NESTED, 400, 'invalid-json', undefined],
    ['no object', 'null', 400, 'invalid-notice', ''],
    ['another schema', { schemaId: 'AzureMonitorMetricAlert' }, 400, 'invalid-notice', '/schemaId'],
    [
      'no tracking id',
      commonSchema({ ...OUTAGE, trackingId: null }),
      400,
      'invalid-notice',
      '/data/alertContext/properties/trackingId',
    ],
    [
      'objects for texts',
      legacySchema({ ...OUTAGE, incidentType: { toString: 'x' } }),
      400,
      'invalid-notice',
      '/data/context/activityLog/properties/incidentType',
    ],
    [
      'too much',
      commonSchema({ ...OUTAGE, communication: 'x'.repeat(300_000) }),
      413,
      'body-too-large',
      undefined,
    ],
  ])('are refused with a problem: %s', async (_, payload, status, code, pointer) => {
    const answer = await post(payload);
    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const { errors } = answer.body as { errors?: { pointer: string }[] };
    expect(errors?.[0]?.pointer).toBe(pointer);
  });
}
