import { derivedId } from '../../jobs/identity.ts';
import { readAlert, invalidNotice, type ServiceHealthAlert } from './alert.ts';
import { impactOf, names } from './impacted-services.ts';
import { plainText } from './plain-text.ts';

const LONGEST_NAME = 100;
const LONGEST_TITLE = 300;
const LONGEST_SUMMARY = 2_000;

/** All that is looked through for the names of models. */
const LONGEST_TEXT = 65_536;

/** What the enumeration of the activity log stands for. */
const LEVELS: Record<string, string> = {
  '1': 'Critical',
  '2': 'Error',
  '3': 'Warning',
  '4': 'Informational',
  '5': 'Verbose',
};

/** Service Health calls both of them health advisories; retirements are told by them. */
const ADVISORIES = new Set(['actionrequired', 'informational']);

/** A notice of Azure Service Health. All texts are plain: no markup, no control characters. */
export interface Notice {
  /** The same for every delivery of the same communication. */
  key: string;
  kind: 'advisory' | 'incident';
  trackingId: string;
  communicationId: string | null;
  incidentType: string;
  stage: string | null;
  level: string | null;
  title: string;
  summary: string;
  /** The whole text, for looking through. */
  text: string;
  services: string[];
  regions: string[];
  /** ISO 8601. */
  impactStartTime: string | null;
  impactMitigationTime: string | null;
  /** Sent by the portal to try out an action group. */
  test: boolean;
}

/**
 * Reads what an action group posts for Service Health.
 *
 * @param payload a parsed JSON value.
 * @throws LonghaulError `invalid-notice` with every bad field.
 */
export function readNotice(payload: unknown): Notice {
  const { properties, level } = readAlert(payload);
  const { services, regions } = placesOf(properties);
  const trackingId = plainText(properties.trackingId, LONGEST_NAME);
  if (!trackingId) throw invalidNotice([{ pointer: '/data', detail: 'has no usable trackingId' }]);
  const incidentType = plainText(properties.incidentType, LONGEST_NAME);
  return {
    key: keyOf(properties),
    kind: ADVISORIES.has(incidentType.toLowerCase()) ? 'advisory' : 'incident',
    trackingId,
    communicationId: shown(properties.communicationId),
    incidentType,
    stage: shown(properties.stage),
    level: shown(LEVELS[level ?? ''] ?? level),
    ...textsOf(properties),
    services,
    regions,
    impactStartTime: time(properties.impactStartTime),
    impactMitigationTime: time(properties.impactMitigationTime),
    test: isTest(properties, services),
  };
}

type Properties = ServiceHealthAlert['properties'];

/** Tracking and communication id say which communication it is; without the latter its text does. */
function keyOf({ trackingId, communicationId, ...rest }: Properties): string {
  if (communicationId !== undefined) return derivedId('notice', trackingId, communicationId);
  const { incidentType, stage = '', title = '', communication = '' } = rest;
  return derivedId('notice', trackingId, incidentType, stage, title, communication);
}

function textsOf(properties: Properties): Pick<Notice, 'title' | 'summary' | 'text'> {
  const { title, defaultLanguageTitle, communication, defaultLanguageContent } = properties;
  const heading = plainText(defaultLanguageTitle ?? title ?? '', LONGEST_TITLE);
  const text = plainText(defaultLanguageContent ?? communication ?? '', LONGEST_TEXT);
  return {
    title: heading || 'Azure Service Health notice without a title',
    summary: plainText(text, LONGEST_SUMMARY),
    text: `${heading}\n${text}`,
  };
}

/** The single `service` and `region` count where the list of what is impacted says nothing. */
function placesOf({ impactedServices, service, region }: Properties) {
  const { services, regions } = impactOf(impactedServices);
  return {
    services: services.length > 0 ? services : names([service]),
    regions: regions.length > 0 ? regions : names(region?.split(/[,;]/) ?? []),
  };
}

function isTest({ IsSynthetic, isSynthetic }: Properties, services: string[]): boolean {
  const synthetic = (IsSynthetic ?? isSynthetic)?.toLowerCase() === 'true';
  return synthetic || services.includes('Azure Service Name');
}

function shown(value: string | undefined): string | null {
  return plainText(value ?? '', LONGEST_NAME) || null;
}

function time(value: string | undefined): string | null {
  const milliseconds = Date.parse(value ?? '');
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
}
