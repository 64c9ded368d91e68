import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LonghaulError } from '../../../src/jobs/errors.ts';
import { readNotice, type Notice } from '../../../src/workflow/notices/notice.ts';
import {
  commonSchema,
  impacted,
  legacySchema,
  OUTAGE,
  PORTAL_TEST,
  RETIREMENT,
} from '../../support/service-health.ts';

/** What could be taken for an element, a comment or a declaration. */
const MARKUP = /<[A-Za-z!/?]/;

describe('a notice of Service Health', () => {
  it('says in the common schema what Azure Monitor documents', () => {
    expect(readNotice(commonSchema(RETIREMENT))).toMatchObject({
      kind: 'advisory',
      trackingId: 'ABCD-123',
      communicationId: '11000144267485',
      incidentType: 'ActionRequired',
      stage: 'Active',
      level: 'Warning',
      title: 'Retirement: o3-pro in Azure OpenAI Service',
      summary: 'On 10 December 2026 the model o3-pro version 2025-06-10 retires.\nUse gpt-5-pro.',
      services: ['Azure OpenAI Service'],
      regions: ['Sweden Central'],
      impactStartTime: '2026-11-20T00:00:00.000Z',
      impactMitigationTime: '2026-12-10T00:00:00.000Z',
      test: false,
    });
  });

  it('says the same in the legacy schema', () => {
    expect(readNotice(legacySchema(RETIREMENT))).toEqual(readNotice(commonSchema(RETIREMENT)));
  });

  it.each<[string, unknown]>([
    ['enumerations as names', commonSchema(RETIREMENT, { level: 'Warning', channels: 'Admin' })],
    ['enumerations as numbers', legacySchema(RETIREMENT, { level: 3, eventSource: 2 })],
    [
      'another casing of the schema',
      { ...commonSchema(RETIREMENT), schemaId: 'AZUREMONITORCOMMONALERTSCHEMA' },
    ],
    [
      'a list of impacted services',
      commonSchema({
        ...RETIREMENT,
        impactedServices: JSON.parse(impacted('Azure OpenAI Service', 'Sweden Central')),
      }),
    ],
    ['unreadable impacted services', commonSchema({ ...RETIREMENT, impactedServices: '[{' })],
    ['no impacted services', commonSchema({ ...RETIREMENT, impactedServices: undefined })],
    [
      'a number as communication id',
      commonSchema({ ...RETIREMENT, communicationId: 11000144267485 }),
    ],
    ['truth values as such', commonSchema({ ...RETIREMENT, IsSynthetic: false })],
  ])('says the same with %s', (_, payload) => {
    expect(readNotice(payload)).toEqual(readNotice(commonSchema(RETIREMENT)));
  });

  it.each<[string, Notice['kind']]>([
    ['ActionRequired', 'advisory'],
    ['Informational', 'advisory'],
    ['actionrequired', 'advisory'],
    ['Incident', 'incident'],
    ['Maintenance', 'incident'],
    ['Security', 'incident'],
    ['SomethingNew', 'incident'],
  ])('of the type %s is an %s', (incidentType, kind) => {
    expect(readNotice(commonSchema({ ...RETIREMENT, incidentType })).kind).toBe(kind);
  });

  it('tells the test that the portal sends from a real one', () => {
    const { IsSynthetic: _, ...unmarked } = PORTAL_TEST;
    expect(readNotice(commonSchema(PORTAL_TEST)).test).toBe(true);
    expect(readNotice(commonSchema(unmarked)).test).toBe(true);
    expect(readNotice(commonSchema(OUTAGE)).test).toBe(false);
  });

  it('has one key for all deliveries of a communication, and another for the next one', () => {
    const key = (fields: object) => readNotice(commonSchema({ ...OUTAGE, ...fields })).key;
    expect(readNotice(legacySchema(OUTAGE)).key).toBe(key({}));
    expect(key({ title: 'Another wording' })).toBe(key({}));
    expect(key({ communicationId: 'next' })).not.toBe(key({}));
    expect(key({ trackingId: 'next' })).not.toBe(key({}));
    const without = { communicationId: undefined };
    expect(key(without)).toBe(key({ ...without }));
    expect(key({ ...without, stage: 'Resolved' })).not.toBe(key(without));
  });

  it('prefers the text in the default language', () => {
    const defaults = { defaultLanguageTitle: 'Title', defaultLanguageContent: '<p>Content</p>' };
    expect(readNotice(commonSchema({ ...OUTAGE, ...defaults }))).toMatchObject({
      title: 'Title',
      summary: 'Content',
    });
  });

  it.each<[string, unknown, string]>([
    ['no object', 'text', ''],
    ['no schema', {}, '/schemaId'],
    ['another schema', { schemaId: 'AzureMonitorMetricAlert', data: {} }, '/schemaId'],
    ['a schema of JavaScript', { schemaId: 'constructor', data: {} }, '/schemaId'],
    ['no data', { schemaId: 'azureMonitorCommonAlertSchema' }, '/data'],
    [
      'no tracking id',
      commonSchema({ ...OUTAGE, trackingId: undefined }),
      '/data/alertContext/properties/trackingId',
    ],
    [
      'an empty tracking id',
      legacySchema({ ...OUTAGE, trackingId: ' ' }),
      '/data/context/activityLog/properties/trackingId',
    ],
    [
      'an object for a text',
      commonSchema({ ...OUTAGE, incidentType: { $ne: '' }, title: ['a'] }),
      '/data/alertContext/properties/incidentType',
    ],
    ['a tracking id of markup alone', commonSchema({ ...OUTAGE, trackingId: '<b></b>' }), '/data'],
    [
      'the alert of another service',
      {
        ...commonSchema(OUTAGE),
        data: { ...commonSchema(OUTAGE).data, essentials: { monitoringService: 'Platform' } },
      },
      '/data/essentials/monitoringService',
    ],
    [
      'another source in the legacy schema',
      legacySchema(OUTAGE, { eventSource: 'Administrative' }),
      '/data/context/activityLog/eventSource',
    ],
  ])('with %s is refused with the field', (_, payload, pointer) => {
    expect(refusalOf(payload)).toMatchObject({ code: 'invalid-notice' });
    expect(refusalOf(payload)?.fields[0]?.pointer).toBe(pointer);
  });

  it('never fails but with a clear refusal, and never holds markup, whatever comes', () => {
    fc.assert(
      fc.property(hostilePayload(), (payload) => {
        const notice = readOrRefused(payload);
        const strings = notice ? stringsIn(notice) : [];
        expect(strings.filter((text) => MARKUP.test(text))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

/** Payloads of both schemas with fields replaced by anything, and anything at all. */
function hostilePayload(): fc.Arbitrary<unknown> {
  const html = fc
    .array(
      fc.constantFrom(
        '<',
        '>',
        '&lt;',
        '&gt;',
        '&amp;',
        '&#60;',
        '&#x3c',
        'script',
        '/',
        '!--',
        '<img src=x onerror=alert(1)>',
        '\u202e',
        '\0',
        ' ',
        'o3-pro',
        '<![CDATA[',
        '"',
        '\ud83d\ude80',
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(''));
  const value = fc.oneof(html, fc.jsonValue());
  const fields = fc.record(
    Object.fromEntries([...Object.keys(RETIREMENT), '__proto__'].map((name) => [name, value])),
    { requiredKeys: [] },
  );
  return fc.oneof(
    fields.map((hostile) => commonSchema({ ...RETIREMENT, ...hostile })),
    fields.map((hostile) => legacySchema({ ...RETIREMENT, ...hostile })),
    value.map((impactedServices) =>
      commonSchema({ ...RETIREMENT, impactedServices: JSON.stringify(impactedServices) }),
    ),
    value,
  );
}

function readOrRefused(payload: unknown): Notice | undefined {
  try {
    return readNotice(payload);
  } catch (error) {
    expect(error).toBeInstanceOf(LonghaulError);
    return undefined;
  }
}

function refusalOf(payload: unknown): LonghaulError | undefined {
  try {
    readNotice(payload);
    return undefined;
  } catch (error) {
    if (error instanceof LonghaulError) return error;
    throw error;
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
